/** The sums of an account in one currency. Minor units. */
export type AccountSums = {
  readonly account: string
  readonly currency: string
  /** The balance before the period; a debit is positive. */
  readonly openingMinor: bigint
  /** Of the period, both without a sign. */
  readonly debitMinor: bigint
  readonly creditMinor: bigint
  /** How many entries the period has. */
  readonly entries: bigint
}

/** An object whose entries in a clearing account do not sum to zero in a currency. */
export type OpenItem = {
  readonly object: string
  readonly currency: string
  /** Posted by anything but balance transactions and write-offs; null: nothing was. */
  readonly eventsMinor: bigint | null
  /** Posted by balance transactions; null: nothing was. */
  readonly balanceMinor: bigint | null
  readonly writtenOffMinor: bigint
  /** The first day of the books on which anything of it was booked. */
  readonly firstOn: string
  readonly lastEventAt: Date | null
  readonly lastMovementAt: Date | null
  /** Stripe's types of its balance transactions. */
  readonly types: readonly string[]
  readonly paymentIntentId: string | null
}

/** Several open items of one currency together, which mean the same. Minor units. */
export type OpenItemSum = {
  readonly currency: string
  /** Whether events, balance transactions and write-offs posted anything of them. */
  readonly hasEvents: boolean
  readonly hasBalance: boolean
  readonly isWrittenOff: boolean
  /** Whether the objects are balance transactions themselves, which name nothing else. */
  readonly isMovement: boolean
  /** Stripe's types of the balance transactions of each. */
  readonly types: readonly string[]
  readonly count: bigint
  /** What is open, added without signs. */
  readonly openMinor: bigint
  /** The end of the hour in which the last event and the last movement of each happened; null where there is none. */
  readonly lastEventBy: Date | null
  readonly lastMovementBy: Date | null
}

/** What an object held in the account `stripe_clearing` at the end of a month and no longer holds. Minor units. */
export type MonthEndItem = {
  readonly object: string
  readonly currency: string
  /** What postings of later days took from it; a debit is positive, as the account held it. */
  readonly clearedMinor: bigint
  /** Whether Stripe had settled it by the end of the month, so that its event was what came later. */
  readonly wasSettled: boolean
  /** The first later day on which something of it was booked. */
  readonly clearedOn: string
}
