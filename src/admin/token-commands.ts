import { z } from 'zod'
import type { ListedToken } from '../access/tokens/api-token.ts'
import { listApiTokens } from '../access/tokens/api-token-store.ts'
import { endToken, issueToken } from '../access/tokens/manage-tokens.ts'
import { roles } from '../access/role.ts'
import { Refusal } from '../http/refusal.ts'
import { by, operatorOf } from './operator.ts'
import { dayOf, tableText, words, type Command } from './command.ts'
import { roleOption } from './staff-commands.ts'
import { inKnexTransaction } from '../db/database.ts'

const DAY_MS = 86_400_000
const ONE_YEAR = '365'
const MOST_DAYS = 3_650

const days = z
  .string()
  .default(ONE_YEAR)
  .transform(Number)
  .pipe(
    z
      .int('--expires-in-days must be a whole number')
      .min(1, '--expires-in-days must be 1 at least')
      .max(MOST_DAYS, `--expires-in-days must be ${MOST_DAYS} at most`),
  )

const whichToken = z
  .object({
    name: words('name').optional(),
    id: z.uuid('--id must be an id of list-tokens').optional(),
    by: by.optional(),
  })
  .refine(({ name, id }) => (name === undefined) !== (id === undefined), {
    error: 'give either --name or --id',
  })

/** Commands about which programs may call the API. */
export const tokenCommands: Readonly<Record<string, Command>> = {
  'create-token': {
    usage: `--name "what it is for" --role ${roles.join('|')} [--expires-in-days ${ONE_YEAR}] [--by …]`,
    summary: 'makes a token for the API and prints it; it cannot be shown again',
    options: ['name', 'role', 'expires-in-days', 'by'],
    async run(deps, given) {
      const schema = { name: words('name'), role: roleOption, 'expires-in-days': days, by: by.optional() }
      const { name, role, 'expires-in-days': expiresInDays, by: email } = z.object(schema).parse(given)
      const actor = await operatorOf(deps, email, 'admin')
      const at = deps.clock()
      const expiresAt = new Date(at.getTime() + expiresInDays * DAY_MS)
      const made = await inKnexTransaction(deps.database.knex, (tx) =>
        issueToken(tx, { name, role, expiresAt }, { by: actor, at }),
      )
      if (!made) throw new Error('the id of a new token was taken')
      return {
        out: made.token,
        note: `It works until ${expiresAt.toISOString()}. Keep it safe: only its hash is stored, so it cannot be shown again.`,
      }
    },
  },
  'revoke-token': {
    usage: '--name "what it is for" | --id … [--by …]',
    summary: 'ends a token at once; list-tokens shows names and ids',
    options: ['name', 'id', 'by'],
    async run(deps, given) {
      const { by: email, ...which } = whichToken.parse(given)
      const decision = { by: await operatorOf(deps, email, 'admin'), at: deps.clock() }
      const revoked = await inKnexTransaction(deps.database.knex, async (tx) => {
        const token = onlyOne(await listApiTokens(tx, which))
        await endToken(tx, token, decision)
        return token
      })
      return { note: `The token ${revoked.name} (${revoked.id}) is revoked: its next request is refused.` }
    },
  },
  'list-tokens': {
    usage: '',
    summary: 'lists the tokens for the API, never the tokens themselves',
    options: [],
    async run({ database: { knex }, clock }) {
      const tokens = await listApiTokens(knex)
      const now = clock()
      const rows = tokens.map((token) => [
        token.name,
        token.role,
        dayOf(token.createdAt),
        token.lastUsedOn ?? 'never',
        dayOf(token.expiresAt),
        stateOf(token, now),
        token.id,
      ])
      const working = tokens.filter((token) => stateOf(token, now) === 'works').length
      return {
        out: tableText(['name', 'role', 'created', 'last used', 'expires', 'state', 'id'], rows),
        note: working === 1 ? '1 token works.' : `${working} tokens work.`,
      }
    },
  },
}

function stateOf({ revokedAt, expiresAt }: ListedToken, now: Date): string {
  if (revokedAt) return `revoked on ${dayOf(revokedAt)}`
  return expiresAt > now ? 'works' : 'expired'
}

/** @throws Refusal when none of the tokens, or more than one, can be revoked */
function onlyOne(found: readonly ListedToken[]): ListedToken {
  const open = found.filter(({ revokedAt }) => revokedAt === null)
  const [token, ...others] = open
  if (!token) {
    const why = found.length > 0 ? 'The token is revoked already.' : 'There is no such token.'
    throw new Refusal('not_found', `${why} Nothing was done.`)
  }
  if (others.length > 0) {
    const ids = open.map(({ id }) => `  --id ${id}`).join('\n')
    throw new Refusal(
      'conflict',
      `${open.length} tokens have this name. Nothing was done. Say which:\n${ids}`,
    )
  }
  return token
}
