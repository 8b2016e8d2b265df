import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor } from '../actor.ts'
import type { ApiToken } from './api-token.ts'
import { createApiToken, isNewTokenId, revokeApiToken } from './api-token-store.ts'
import { recordAct } from '../audit/audit-trail-store.ts'
import { logAuthentication } from '../audit/authentication-log-store.ts'
import type { Role } from '../role.ts'

/** Who decides which programs may call the API, and when. */
type Decision = { readonly by: Actor; readonly at: Date }

/** Tokens that expire within so many days are warned of. */
export const EXPIRES_SOON_DAYS = 30

/**
 * Makes a token, which is shown once: only its hash is stored. Call it in a database transaction.
 * @param wish.id of the form that asks for it: a form that is sent twice makes one token
 * @returns null when the form was sent before
 */
export async function issueToken(
  tx: Knex,
  wish: { readonly id?: string; readonly name: string; readonly role: Role; readonly expiresAt: Date },
  { by, at }: Decision,
): Promise<{ readonly id: string; readonly token: string } | null> {
  const { id = randomUUID(), name, role, expiresAt } = wish
  if (!(await isNewTokenId(tx, id))) return null
  const token = await createApiToken(tx, { id, name, role, expiresAt })
  await logAuthentication(tx, { kind: 'token_created', at, tokenId: id })
  const after = { name, role, expiresAt: expiresAt.toISOString() }
  await recordAct(tx, { actor: by, act: 'token_created', subject: `token/${id}`, after, at })
  return { id, token }
}

/** The next request with it is refused. Call it in a database transaction. */
export async function endToken(
  tx: Knex,
  { id, name, role }: Pick<ApiToken, 'id' | 'name' | 'role'>,
  { by, at }: Decision,
): Promise<void> {
  if (!(await revokeApiToken(tx, id, at))) return
  await logAuthentication(tx, { kind: 'token_revoked', at, tokenId: id })
  await recordAct(tx, { actor: by, act: 'token_revoked', subject: `token/${id}`, before: { name, role }, at })
}
