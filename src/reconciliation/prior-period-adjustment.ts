/** A ledger transaction of an open month that belongs to one closed before it was known. */
export type PriorPeriodAdjustment = {
  readonly bookedOn: string
  readonly belongsTo: string
  /** Stripe's id of what caused it. */
  readonly source: string
  readonly donationId: string | null
  /** Minor units; debits positive, credits negative. */
  readonly entries: readonly {
    readonly account: string
    readonly currency: string
    readonly amount: number
  }[]
}
