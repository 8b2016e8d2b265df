/** What readers added to cover Stripe's fees, of one currency and a period, against what Stripe took. Minor units. */
export type CoveredFees = {
  readonly currency: string
  /** Gifts whose readers covered the fee. */
  readonly gifts: bigint
  readonly coveredMinor: bigint
  /** Those of them whose fee is known and in the same currency. */
  readonly settledGifts: bigint
  readonly settledCoveredMinor: bigint
  readonly feeMinor: bigint
}
