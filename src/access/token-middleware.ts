import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import { Refusal } from '../http/refusal.ts'
import { findApiToken } from './api-token-store.ts'
import { mayActAs, type Role } from './role.ts'

const BEARER = /^Bearer +(\S+)$/i

/** Makes middleware for a program's route: `requireToken('finance')`. Its answers follow RFC 6750. */
export function tokenGate(db: Knex): (role: Role) => Middleware {
  return (role) => async (ctx, next) => {
    const given = BEARER.exec(ctx.get('Authorization'))?.[1]
    const token = given === undefined ? null : await findApiToken(db, given)
    if (!token) throw new Refusal('unauthenticated', 'This needs a valid token: Authorization: Bearer rd_…')
    if (!mayActAs(token.role, role)) {
      ctx.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${role}"`)
      throw new Refusal('forbidden', `This needs a token with the role ${role}.`)
    }
    // Answers hold amounts and donors: no cache between the service and the program may store them.
    ctx.set('Cache-Control', 'no-store')
    await next()
  }
}
