import { randomBytes, randomUUID } from 'node:crypto'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import type { Knex } from 'knex'
import { createSession } from 'koa-session'
import { z } from 'zod'
import { cookiePlace } from '../../http/public-path.ts'
import { Refusal } from '../../http/refusal.ts'
import { rememberActor } from '../actor.ts'
import type { NoteRefusal } from '../audit/authentication-log.ts'
import { browserName } from './staff-session.ts'
import { returnPathCookie } from '../sign-in/return-path-middleware.ts'
import { mayActAs, type Role } from '../role.ts'
import { standingOf, type Standing } from '../second-factor/second-factor.ts'
import { staffWithFactor } from '../second-factor/second-factor-store.ts'
import { sessionStore } from './session-store.ts'
import type { SignInSettings } from '../sign-in/sign-in-settings.ts'
import type { SealingKeys } from '../sealed-secret.ts'
import type { Staff, StaffId } from '../staff.ts'
import { UNSENT_FORM_PAGE, unsentForms } from './unsent-form-middleware.ts'

/** Of a session's key, which is all that a cookie holds. */
const KEY_BYTES = 32

const sessionData = z.object({
  staffId: z.uuid().transform((id) => id as StaffId), // written by `signIn` below, from the staff table
  signedInAt: z.number(),
  /** Differs at every sign-in, so that the store sees changed data. It names the session on its owner's page. */
  signInId: z.uuid(),
  /** When the second factor was shown last, in this session. Sessions of an older version have none. */
  secondFactorAt: z.number().nullable().default(null),
  browser: z.string().nullable().default(null),
  system: z.string().nullable().default(null),
})

/** The part of koa-session's session that is used here; koa-session adds it to Koa's context without a type. */
type SessionContext = {
  session: (Partial<z.input<typeof sessionData>> & { regenerate(): Promise<void> }) | null
}

/** Who has signed in, and how far they have got. */
export type SignedIn = {
  readonly staff: Staff
  readonly standing: Standing
  readonly hasSecondFactor: boolean
  readonly signInId: string
  readonly secondFactorAt: Date | null
  readonly askedAt: Date
}

export type StaffSessions = {
  /** Reads and saves the session; stands before the routes that need one, and only those. */
  readonly keep: Middleware
  /** Lets staff with the role pass and sends others to the sign-in page. `staffOf(ctx)` then gives the member of staff. */
  requireStaff(role: Role): Middleware
  /**
   * For the second factor's own pages: lets whoever has one of these standings pass, and leads others to where they belong.
   * `signedInOf(ctx)` then says who it is.
   */
  requireStanding(...standings: readonly Standing[]): Middleware
  /** @param secondFactorShown whether the identity provider asked for one */
  signIn(ctx: Context, staffId: StaffId, secondFactorShown?: boolean): Promise<void>
  /** The second factor was shown: the session gets a new key and is complete from now on. */
  completeSignIn(ctx: Context): Promise<void>
  /** The page to open after the sign-in, which is forgotten. */
  takeReturnPath(ctx: Context): string
  /** Asks for the second factor and opens `returnPath` afterwards. */
  askForSecondFactor(ctx: Context, returnPath: string): void
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
    readonly settings: Pick<SignInSettings, 'secondFactor' | 'idleMs' | 'longestMs'>
    readonly noteRefusal: NoteRefusal
    readonly keys: { readonly unsentForms: SealingKeys }
  },
): StaffSessions {
  const { db, clock, settings, noteRefusal } = deps
  const secure = deps.publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(deps.publicUrl)
  const options = {
    key: `${prefix}staff`,
    path, // koa-session declares no such option and hands it on to the cookie
    store: sessionStore(db, clock),
    genid: () => randomBytes(KEY_BYTES).toString('base64url'),
    maxAge: settings.idleMs,
    rolling: true,
    sameSite: 'lax',
    httpOnly: true,
    secure,
    valid: (_ctx: unknown, data: unknown) => {
      const parsed = sessionData.safeParse(data)
      return parsed.success && clock().getTime() - parsed.data.signedInAt < settings.longestMs
    },
  }
  const keepSession = createSession(options, app)
  const returnPath = returnPathCookie(deps.publicUrl)
  const { longestMs } = settings
  const unsent = unsentForms({ ...deps, keys: deps.keys.unsentForms, longestMs })

  async function whoIs(ctx: Context): Promise<SignedIn | null> {
    const data = dataOf(ctx)
    const person = data && (await staffWithFactor(db, data.staffId))
    if (!data || !person) return null
    const { hasSecondFactor, ...staff } = person
    const standing = standingOf(person, data.secondFactorAt !== null, settings.secondFactor)
    const secondFactorAt = data.secondFactorAt === null ? null : new Date(data.secondFactorAt)
    return { staff, standing, hasSecondFactor, signInId: data.signInId, secondFactorAt, askedAt: clock() }
  }

  /** To where the sign-in goes on. A page that was asked for is opened at its end, and so is a form that was sent. */
  async function leadOn(ctx: Context, signedIn: SignedIn | null): Promise<void> {
    if (ctx.method === 'GET') returnPath.remember(ctx)
    else if (await unsent.keep(ctx, signedIn?.staff.id ?? null)) returnPath.remember(ctx, UNSENT_FORM_PAGE)
    leadTo(ctx, signedIn)
  }

  function leadTo(ctx: Context, signedIn: SignedIn | null): void {
    ctx.status = 303
    ctx.redirect(signedIn ? PAGE_OF[signedIn.standing] : '/finance/sign-in')
  }

  function rememberSignedIn(ctx: Context, signedIn: SignedIn): void {
    signedInByContext.set(ctx, signedIn)
    const { id, email } = signedIn.staff
    rememberActor(ctx, { kind: 'staff', id, name: email })
  }

  return {
    async keep(ctx, next) {
      // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
      if (secure) ctx.cookies.secure = true
      await keepSession(ctx, next)
    },

    requireStaff: (role) => async (ctx, next) => {
      ctx.set('Cache-Control', 'no-store')
      const signedIn = await whoIs(ctx)
      if (signedIn?.standing !== 'complete') return leadOn(ctx, signedIn)
      if (!mayActAs(signedIn.staff.role, role)) {
        noteRefusal({ kind: 'refused_role_lacking', staffId: signedIn.staff.id })
        throw new Refusal('forbidden', 'Your role does not open this page.')
      }
      rememberSignedIn(ctx, signedIn)
      await next()
    },

    requireStanding:
      (...standings) =>
      async (ctx, next) => {
        ctx.set('Cache-Control', 'no-store')
        const signedIn = await whoIs(ctx)
        if (!signedIn || !standings.includes(signedIn.standing)) {
          // What is sent to these pages is secret, and is kept nowhere.
          if (ctx.method === 'GET') returnPath.remember(ctx)
          return leadTo(ctx, signedIn)
        }
        rememberSignedIn(ctx, signedIn)
        await next()
      },

    async signIn(ctx, staffId, secondFactorShown = false) {
      const current = ownSession(ctx)
      const now = clock().getTime()
      const { browser, system } = browserName(ctx.get('User-Agent'))
      Object.assign(current, {
        staffId,
        signedInAt: now,
        signInId: randomUUID(),
        secondFactorAt: secondFactorShown ? now : null,
        browser,
        system,
      })
      unsent.remember(ctx, staffId)
      // A session key that somebody planted before the sign-in must not become a signed-in one.
      await current.regenerate()
    },

    async completeSignIn(ctx) {
      const current = ownSession(ctx)
      current.secondFactorAt = clock().getTime()
      current.signInId = randomUUID()
      // Whoever knows the key of the half-finished session must not get in with it now.
      await current.regenerate()
    },

    takeReturnPath: returnPath.take,

    askForSecondFactor(ctx, address) {
      returnPath.remember(ctx, address)
      ctx.status = 303
      ctx.redirect(PAGE_OF.second_factor_open)
    },

    signOut(ctx) {
      const staffId = dataOf(ctx)?.staffId ?? null
      unsent.remember(ctx, null)
      sessionContext(ctx).session = null
      return staffId
    },
  }
}

/** Where somebody with this standing goes on. */
const PAGE_OF: Readonly<Record<Standing, string>> = {
  complete: '/finance',
  second_factor_open: '/finance/sign-in/second-factor',
  second_factor_missing: '/finance/account/second-factor',
}

const signedInByContext = new WeakMap<object, SignedIn>()

/** Who has signed in. @throws when the route requires neither staff nor a standing before it. */
export function signedInOf(ctx: object): SignedIn {
  const signedIn = signedInByContext.get(ctx)
  if (!signedIn) throw new Error('the route does not require staff')
  return signedIn
}

/** The member of staff who is signed in. @throws when the route has no `requireStaff` before it. */
export function staffOf(ctx: object): Staff {
  return signedInOf(ctx).staff
}

function dataOf(ctx: Context): z.output<typeof sessionData> | null {
  return sessionData.safeParse({ ...sessionContext(ctx).session }).data ?? null
}

function ownSession(ctx: Context): NonNullable<SessionContext['session']> {
  const { session } = sessionContext(ctx)
  if (!session) throw new Error('the route lacks the session middleware')
  return session
}

// koa-session defines `session` on the context at run time and declares no type for it.
function sessionContext(ctx: Context): SessionContext {
  return ctx as unknown as SessionContext
}
