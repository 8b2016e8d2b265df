import { randomUUID } from 'node:crypto'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import type { Knex } from 'knex'
import { createSession } from 'koa-session'
import { z } from 'zod'
import { Refusal } from '../http/refusal.ts'
import { mayActAs, type Role } from './role.ts'
import { sessionStore } from './session-store.ts'
import { staffById, type Staff, type StaffId } from './staff-store.ts'

const HOUR_MS = 3_600_000
/** A working day: who looks in every day stays signed in … */
const IDLE_MS = 12 * HOUR_MS
/** … and signs in once a week, however busy the session is. */
const LONGEST_MS = 7 * 24 * HOUR_MS

const sessionData = z.object({
  staffId: z.uuid().transform((id) => id as StaffId), // written by `signIn` below, from the staff table
  signedInAt: z.number(),
  /** Makes every sign-in's data new, so that the store sees it as changed. */
  signInId: z.uuid(),
})

/** The parts of koa-session's session that are used here; it adds itself to Koa's context untyped. */
type SessionContext = {
  session: (Partial<z.input<typeof sessionData>> & { regenerate(): Promise<void> }) | null
}

export type StaffSessions = {
  /** Reads and keeps the session; before the routes that want one, and only those. */
  readonly keep: Middleware
  /** Lets in who is signed in with the role; sends others to sign in. The staff is then at `staffOf(ctx)`. */
  requireStaff(role: Role): Middleware
  signIn(ctx: Context, staffId: StaffId): Promise<void>
  signOut(ctx: Context): void
}

/** Sessions in Postgres behind a signed cookie; `app.keys` must hold the secret. */
export function staffSessions(
  app: Koa,
  deps: { readonly db: Knex; readonly clock: () => Date; readonly publicUrl: string },
): StaffSessions {
  const { db, clock } = deps
  const secure = deps.publicUrl.startsWith('https:')
  const keepSession = createSession(
    {
      // With the __Host- prefix browsers refuse the cookie from a neighbouring subdomain.
      key: secure ? '__Host-staff' : 'staff',
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
    },
    app,
  )
  return {
    async keep(ctx, next) {
      // TLS ends at a proxy: what PUBLIC_URL says decides, not the connection to us.
      if (secure) ctx.cookies.secure = true
      await keepSession(ctx, next)
    },

    requireStaff: (role) => async (ctx, next) => {
      ctx.set('Cache-Control', 'no-store')
      const parsed = sessionData.safeParse({ ...session(ctx) })
      const staff = parsed.success ? await staffById(db, parsed.data.staffId) : null
      if (!staff) {
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
        return
      }
      if (!mayActAs(staff.role, role)) throw new Refusal('forbidden', 'Your role does not open this page.')
      staffByContext.set(ctx, staff)
      await next()
    },

    async signIn(ctx, staffId) {
      const current = session(ctx)
      if (!current) throw new Error('the route lacks the session middleware')
      current.staffId = staffId
      current.signedInAt = clock().getTime()
      current.signInId = randomUUID()
      // A key that somebody may have planted before the sign-in must not become a signed-in one.
      await current.regenerate()
    },

    signOut(ctx) {
      sessionContext(ctx).session = null
    },
  }
}

const staffByContext = new WeakMap<object, Staff>()

/** Who is signed in. @throws when the route has no `requireStaff` before it. */
export function staffOf(ctx: object): Staff {
  const staff = staffByContext.get(ctx)
  if (!staff) throw new Error('the route does not require staff')
  return staff
}

function session(ctx: Context): SessionContext['session'] {
  return sessionContext(ctx).session
}

// koa-session defines `session` on the context at run time and declares no type for it.
function sessionContext(ctx: Context): SessionContext {
  return ctx as unknown as SessionContext
}
