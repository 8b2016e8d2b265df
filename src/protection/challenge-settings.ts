/** By what a reader shows that they are none of thousands. */
export const challengeKinds = ['proof_of_work', 'turnstile', 'hcaptcha'] as const
export type ChallengeKind = (typeof challengeKinds)[number]

export type ChallengeSettings = {
  readonly kind: ChallengeKind
  /** The provider's site key and secret; both null for a proof of work. */
  readonly siteKey: string | null
  readonly secret: string | null
}
