import type { CurrencyCode } from '../../money/currency.ts'

/** The charges of one month and settlement currency: of all programs on the account, before anything is deducted. */
export type ChargeVolume = {
  /** `2026-01`, in UTC. */
  readonly month: string
  readonly currency: CurrencyCode
  /** `charge`: by card; `payment`: by another method. */
  readonly type: 'charge' | 'payment'
  readonly charges: bigint
  readonly grossMinor: bigint
}
