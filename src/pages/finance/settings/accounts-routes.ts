import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import { mayActAs } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { inTransaction } from '../../../db/database.ts'
import { accountCodes, putAccountCodes } from '../../../exports/account-code-store.ts'
import { accountLine, ledgerAccounts, type AccountCode } from '../../../exports/accounts.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { Refusal } from '../../../http/refusal.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { sentForm, showsAgain } from '../frame/form-requests.ts'
import { accountCodesPage } from './accounts-view.ts'

/** The newsroom's own account codes: auditors read them, finance changes them. */
export function accountCodeRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps
  const PATH = '/finance/settings/accounts'

  async function show(ctx: Context) {
    const codes = new Map((await accountCodes(pool)).map((one) => [one.account, one]))
    const frame = frameOf(ctx, newsroom)
    ctx.type = 'html'
    ctx.body = accountCodesPage({
      ...frame,
      lines: ledgerAccounts.map((account) => ({ account, code: '', name: '', ...codes.get(account) })),
      isSaved: ctx.query['saved'] !== undefined,
      mayChange: mayActAs(frame.role, 'finance'),
    })
  }

  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), (ctx) => show(ctx))
    .post(
      PATH,
      sameOriginOnly(deps.publicUrl),
      sessions.keep,
      sessions.requireStaff('finance'),
      showsAgain({ page: show }),
      async (ctx) => {
        const form = await sentForm(ctx)
        const lines = ledgerAccounts.map((account) => ({
          account,
          code: form[`code-${account}`] ?? '',
          name: form[`name-${account}`] ?? '',
        }))
        const parsed = lines.map((line) => ({ line, result: accountLine.safeParse(line) }))
        const problems = parsed.flatMap(({ line: { account }, result }) => {
          const fields = new Set(
            (result.error?.issues ?? []).map(({ path }) => (path[0] === 'name' ? 'name' : 'code')),
          )
          const words = { account: text.finance(`accounts.account.${account}`) }
          return [...fields].map((field) => ({
            pointer: `/${field}-${account}`,
            message: text.finance('accounts.problem', words),
          }))
        })
        if (problems.length > 0) throw new Refusal('malformed', text.finance('refusal.form'), { problems })
        const codes = parsed.flatMap(({ line, result }): AccountCode[] =>
          result.success && result.data.code !== '' ? [{ account: line.account, ...result.data }] : [],
        )
        await inTransaction(pool, async (tx) => {
          const before = await accountCodes(tx, true)
          const at = clock()
          await putAccountCodes(tx, codes, at)
          const [was, is] = [stateOf(before), stateOf(codes)]
          if (JSON.stringify(was) === JSON.stringify(is)) return
          const act = {
            actor: actorOf(ctx),
            act: 'account_codes_changed',
            subject: 'settings/accounts',
          } as const
          await recordAct(tx, { ...act, before: was, after: is, at })
        })
        ctx.redirect(`${PATH}?saved`)
        ctx.status = 303
      },
    )
}

/** In the order of the chart, so that the same codes make the same state. */
function stateOf(codes: readonly AccountCode[]): Record<string, string> {
  const known = new Map(codes.map(({ account, code, name }) => [account, `${code} ${name}`]))
  return Object.fromEntries(
    ledgerAccounts.flatMap((account) => (known.has(account) ? [[account, known.get(account) ?? '']] : [])),
  )
}
