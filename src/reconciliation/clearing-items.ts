/** One object in the clearing account whose two sides do not cancel each other out, in one currency. Minor units. */
export type ClearingItem = {
  readonly object: string
  readonly currency: string
  /** From readers' events; null when none spoke of it in this currency. */
  readonly oursMinor: bigint | null
  /** From Stripe's own books; of the opposite sign when both agree. */
  readonly theirsMinor: bigint | null
  /** The other side stands in another currency. */
  readonly otherCurrency: boolean
  /** Stripe's words for its movements. */
  readonly types: readonly string[]
  /** The payment that it is about, as far as Stripe's books say. */
  readonly paymentIntentId: string | null
  /** The last word of each side; null when it said nothing. */
  readonly oursAt: Date | null
  readonly theirsAt: Date | null
}
