import { randomUUID } from 'node:crypto'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import type { Knex } from 'knex'
import { createSession } from 'koa-session'
import { z } from 'zod'
import { cookiePlace } from '../http/public-path.ts'
import { Refusal } from '../http/refusal.ts'
import { rememberActor } from './actor.ts'
import type { NoteRefusal } from './authentication-log.ts'
import { mayActAs, type Role } from './role.ts'
import { sessionStore } from './session-store.ts'
import type { Staff, StaffId } from './staff.ts'
import { staffById } from './staff-store.ts'

const HOUR_MS = 3_600_000
/** A working day: whoever returns every day stays signed in … */
const IDLE_MS = 12 * HOUR_MS
/** … and signs in again once a week, however busy the session is. */
const LONGEST_MS = 7 * 24 * HOUR_MS

const sessionData = z.object({
  staffId: z.uuid().transform((id) => id as StaffId), // written by `signIn` below, from the staff table
  signedInAt: z.number(),
  /** Differs at every sign-in, so that the store sees changed data. */
  signInId: z.uuid(),
})

/** The part of koa-session's session that is used here; koa-session adds it to Koa's context without a type. */
type SessionContext = {
  session: (Partial<z.input<typeof sessionData>> & { regenerate(): Promise<void> }) | null
}

export type StaffSessions = {
  /** Reads and saves the session; stands before the routes that need one, and only those. */
  readonly keep: Middleware
  /** Lets staff with the role pass and sends others to the sign-in page. `staffOf(ctx)` then gives the member of staff. */
  requireStaff(role: Role): Middleware
  signIn(ctx: Context, staffId: StaffId): Promise<void>
  /** @returns who was signed in */
  signOut(ctx: Context): StaffId | null
}

/** Sessions in Postgres behind a signed cookie; `app.keys` must hold the secret. */
export function staffSessions(
  app: Koa,
  deps: {
    readonly db: Knex
    readonly clock: () => Date
    readonly publicUrl: string
    readonly noteRefusal: NoteRefusal
  },
): StaffSessions {
  const { db, clock, noteRefusal } = deps
  const secure = deps.publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(deps.publicUrl)
  const options = {
    key: `${prefix}staff`,
    path, // koa-session declares no such option and hands it on to the cookie
    store: sessionStore(db, clock),
    maxAge: IDLE_MS,
    rolling: true,
    sameSite: 'lax',
    httpOnly: true,
    secure,
    valid: (_ctx: unknown, data: unknown) => {
      const parsed = sessionData.safeParse(data)
      return parsed.success && clock().getTime() - parsed.data.signedInAt < LONGEST_MS
    },
  }
  const keepSession = createSession(options, app)
  return {
    async keep(ctx, next) {
      // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
      if (secure) ctx.cookies.secure = true
      await keepSession(ctx, next)
    },

    requireStaff: (role) => async (ctx, next) => {
      ctx.set('Cache-Control', 'no-store')
      const staffId = signedInAs(ctx)
      const staff = staffId === null ? null : await staffById(db, staffId)
      if (!staff) {
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
        return
      }
      if (!mayActAs(staff.role, role)) {
        noteRefusal({ kind: 'refused_role_lacking', staffId: staff.id })
        throw new Refusal('forbidden', 'Your role does not open this page.')
      }
      staffByContext.set(ctx, staff)
      rememberActor(ctx, { kind: 'staff', id: staff.id, name: staff.email })
      await next()
    },

    async signIn(ctx, staffId) {
      const current = session(ctx)
      if (!current) throw new Error('the route lacks the session middleware')
      current.staffId = staffId
      current.signedInAt = clock().getTime()
      current.signInId = randomUUID()
      // A session key that somebody planted before the sign-in must not become a signed-in one.
      await current.regenerate()
    },

    signOut(ctx) {
      const staffId = signedInAs(ctx)
      sessionContext(ctx).session = null
      return staffId
    },
  }
}

const staffByContext = new WeakMap<object, Staff>()

/** The member of staff who is signed in. @throws when the route has no `requireStaff` before it. */
export function staffOf(ctx: object): Staff {
  const staff = staffByContext.get(ctx)
  if (!staff) throw new Error('the route does not require staff')
  return staff
}

function signedInAs(ctx: Context): StaffId | null {
  const parsed = sessionData.safeParse({ ...session(ctx) })
  return parsed.success ? parsed.data.staffId : null
}

function session(ctx: Context): SessionContext['session'] {
  return sessionContext(ctx).session
}

// koa-session defines `session` on the context at run time and declares no type for it.
function sessionContext(ctx: Context): SessionContext {
  return ctx as unknown as SessionContext
}
