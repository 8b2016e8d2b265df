import type { Frequency } from '../checkout/attribution.ts'

/** A recurring donation of a donor, as Stripe last described it. */
export type DonorAgreement = {
  readonly id: string
  /** Stripe's word, of an open list; null until Stripe has answered. */
  readonly status: string | null
  readonly currency: string | null
  readonly amountMinor: bigint | null
  readonly frequency: Frequency | null
  readonly currentPeriodEnd: Date | null
  readonly cancelAt: Date | null
  readonly endedAt: Date | null
  readonly lastPaidAt: Date | null
  readonly lastFailureAt: Date | null
}

export type DonorMail = {
  readonly receipt: string
  readonly donationId: string
  readonly sentAt: Date | null
  readonly gaveUpAt: Date | null
}
