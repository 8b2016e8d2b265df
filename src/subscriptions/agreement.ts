import type { CurrencyCode } from '../money/currency.ts'

type AgreementFrequency = 'monthly' | 'yearly'

/** Recurring donations that run, of one frequency and currency. Amounts in minor units. */
export type RunningAgreements = {
  readonly frequency: AgreementFrequency
  readonly currency: CurrencyCode
  readonly agreements: bigint
  /** Those that will end, by request, with the period that is paid. */
  readonly ending: bigint
  /** Those of which Stripe collects nothing for now. */
  readonly paused: bigint
  /** One payment of each. */
  readonly amountMinor: bigint
  /** How many payments are due in the month asked about, and their sum. */
  readonly expected: bigint
  readonly expectedMinor: bigint
}

export type AgreementCount = {
  /** `2026-01`, in the newsroom's timezone. */
  readonly month: string
  readonly frequency: AgreementFrequency
  readonly agreements: bigint
}

export type EndedCount = AgreementCount & {
  /** Stripe's word, of an open list; null: Stripe gives none. */
  readonly reason: string | null
}

/** A recurring donation whose last payment failed. */
export type FailingAgreement = {
  readonly id: string
  readonly frequency: AgreementFrequency | null
  /** Both null until its state is read from Stripe. */
  readonly currency: CurrencyCode | null
  readonly amountMinor: bigint | null
  readonly status: string | null
  readonly lastPaidAt: Date | null
  readonly lastFailureAt: Date
  /** The first failure after the last payment. */
  readonly since: Date
  readonly articleTitle: string | null
  /** Its latest gift; null when none was paid. */
  readonly donationId: string | null
  readonly donorName: string | null
  readonly donorEmail: string | null
}

/** What one month brought and took. */
export type AgreementMonth = {
  readonly month: string
  readonly started: bigint
  readonly ended: readonly { readonly reason: string | null; readonly agreements: bigint }[]
  /** How many ran when the month ended, or now in the running month. */
  readonly running: bigint
}

/**
 * The months of one frequency. How many ran at the end of each follows from how many run now, less those that started
 * and plus those that ended since.
 * @param months in order; the last one is the running month
 */
export function agreementMonths(
  months: readonly string[],
  runningNow: bigint,
  started: readonly AgreementCount[],
  ended: readonly EndedCount[],
): AgreementMonth[] {
  let running = runningNow
  const latestFirst = months.toReversed().map((month): AgreementMonth => {
    const begun = sumOf(started.filter((one) => one.month === month))
    const over = ended.filter((one) => one.month === month)
    const row = {
      month,
      started: begun,
      ended: over.map(({ reason, agreements }) => ({ reason, agreements })),
      running,
    }
    running += sumOf(over) - begun
    return row
  })
  return latestFirst.toReversed()
}

function sumOf(counts: readonly { readonly agreements: bigint }[]): bigint {
  return counts.reduce((sum, { agreements }) => sum + agreements, 0n)
}
