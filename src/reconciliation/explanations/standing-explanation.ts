/** Kinds whose items may be explained once for all movements of a type that Stripe may send. */
export const standingKinds = ['other_stripe_activity', 'unknown_type'] as const
export type StandingKind = (typeof standingKinds)[number]

/** One explanation for every item of a kind and type, in whatever month, until somebody ends it. It posts nothing. */
export type StandingExplanation = {
  readonly id: string
  readonly kind: StandingKind
  /** Stripe's type of balance transaction. */
  readonly type: string
  readonly reason: string
  readonly madeBy: string
  readonly madeAt: Date
}

export function isStandingKind(kind: string): kind is StandingKind {
  return standingKinds.some((one) => one === kind)
}
