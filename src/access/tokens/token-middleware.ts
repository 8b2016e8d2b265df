import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import { Refusal } from '../../http/refusal.ts'
import { rememberActor } from '../actor.ts'
import { findApiToken, whyTokenIsRefused } from './api-token-store.ts'
import type { NoteRefusal } from '../audit/authentication-log.ts'
import { mayActAs, type Role } from '../role.ts'
import type { WrongTokens } from './wrong-tokens-middleware.ts'

const BEARER = /^Bearer +(\S+)$/i

/** Makes middleware for a program's route: `requireToken('finance')`. Its answers follow RFC 6750. */
export function tokenGate(
  db: Knex,
  noteRefusal: NoteRefusal,
  wrongTokens: WrongTokens,
): (role: Role) => Middleware {
  return (role) => async (ctx, next) => {
    const given = BEARER.exec(ctx.get('Authorization'))?.[1]
    // A request without a token is no attempt to get in with a wrong one.
    if (given !== undefined) wrongTokens.refuseBlocked(ctx.req)
    const token = given === undefined ? null : await findApiToken(db, given)
    if (!token) {
      if (given !== undefined) {
        noteRefusal(await whyTokenIsRefused(db, given))
        await wrongTokens.countWrong(ctx.req)
      }
      throw new Refusal('unauthenticated', 'This needs a valid token: Authorization: Bearer rd_…')
    }
    await wrongTokens.forgetWrong(ctx.req)
    if (!mayActAs(token.role, role)) {
      noteRefusal({ kind: 'refused_role_lacking', tokenId: token.id })
      ctx.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${role}"`)
      throw new Refusal('forbidden', `This needs a token with the role ${role}.`)
    }
    rememberActor(ctx, { kind: 'token', id: token.id, name: token.name })
    // Answers hold amounts and donors: no cache between the service and the program may store them.
    ctx.set('Cache-Control', 'no-store')
    await next()
  }
}
