import type { Context } from 'koa'
import type { Knex } from 'knex'
import { formBody } from '../../http/body.ts'
import { cookiePlace } from '../../http/public-path.ts'
import { Refusal } from '../../http/refusal.ts'
import type { SealingKeys } from '../sealed-secret.ts'
import type { StaffId } from '../staff.ts'
import { keepUnsentForm } from './unsent-form-store.ts'

const DAY_MS = 86_400_000

/** Where somebody who has signed in again finds the form that arrived without a session. */
export const UNSENT_FORM_PAGE = '/finance/account/unsent-form'

/**
 * Keeps what somebody sent whose session had ended. The browser's cookie, which the service signs and which signs nobody
 * in, says who it was; the form is theirs alone, whoever signs in next. Signing out forgets who it was.
 */
export function unsentForms(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  /** Of the purpose `unsentForms`. */
  readonly keys: SealingKeys
  /** The longest time that a session lasts. */
  readonly longestMs: number
}): {
  /** This browser is this person's from now on; null: nobody's. */
  remember(ctx: Context, staffId: StaffId | null): void
  /** @returns whether the form is kept; a file, and a form of a browser in which nobody had signed in, is not */
  keep(ctx: Context, staffId: StaffId | null): Promise<boolean>
} {
  const { db, clock, publicUrl, keys, longestMs } = deps
  const secure = publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(publicUrl)
  const name = `${prefix}staff-last`
  const options = { httpOnly: true, sameSite: 'lax', secure, signed: true, path } as const
  return {
    remember(ctx, staffId) {
      if (secure) ctx.cookies.secure = true
      ctx.cookies.set(name, staffId, staffId === null ? options : { ...options, maxAge: longestMs + DAY_MS })
    },
    async keep(ctx, signedIn) {
      const staffId = signedIn ?? ctx.cookies.get(name, { signed: true })
      if (staffId === undefined || !ctx.is('urlencoded')) return false
      try {
        const fields = await formBody(ctx)
        if ([...fields].length === 0) return false
        // The cookie's signature vouches that `remember` wrote it.
        await keepUnsentForm(
          db,
          { staffId: staffId as StaffId, form: { path: ctx.path, fields }, keys },
          clock(),
        )
        return true
      } catch (error) {
        if (error instanceof Refusal) return false
        throw error
      }
    },
  }
}
