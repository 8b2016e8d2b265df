import type { StaffId } from './staff.ts'

/** What kind of actor did something. The constraint `audit_trail_actor_kind_is_known` in the database lists the same. */
export const actorKinds = ['staff', 'token', 'operator', 'service', 'donor'] as const
export type ActorKind = (typeof actorKinds)[number]

/** Who does something, for the audit trail. */
export type Actor =
  /** @property name the e-mail address */
  | { readonly kind: 'staff'; readonly id: StaffId; readonly name: string }
  | { readonly kind: 'token'; readonly id: string; readonly name: string }
  /** Whoever runs an admin command. */
  | { readonly kind: 'operator'; readonly name: string }
  /** The service itself, in its background work. */
  | { readonly kind: 'service' }
  /** A donor on their own page. What the act is about names a gift, never the donor. */
  | { readonly kind: 'donor' }

/** An actor's name as evidence keeps it: `closed_by`, `signed_off_by`. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'service') return 'the service'
  return actor.kind === 'donor' ? 'the donor' : actor.name
}

const actorByContext = new WeakMap<object, Actor>()

/** For the middleware that lets staff and tokens in. */
export function rememberActor(ctx: object, actor: Actor): void {
  actorByContext.set(ctx, actor)
}

/**
 * The member of staff who is signed in, or the token that was accepted.
 * @throws when the route has neither `requireStaff` nor `requireToken` before it
 */
export function actorOf(ctx: object): Actor {
  const actor = actorByContext.get(ctx)
  if (!actor) throw new Error('the route requires neither staff nor a token')
  return actor
}
