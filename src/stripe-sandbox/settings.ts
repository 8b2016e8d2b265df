/** `percentBasisPoints`: 290 is 2.9 %. `fixedMinor` in minor units of the settlement currency. */
export type Fee = { readonly percentBasisPoints: number; readonly fixedMinor: number }

/** How this Stripe behaves where the real one depends on country, plan and luck. Times are lengths. */
export type Settings = {
  /** Currencies with a bank account of their own; every other is converted to the first. Lower case. */
  readonly settlementCurrencies: readonly string[]
  /** Fees by settlement currency; `default` for all others. */
  readonly fees: Readonly<Record<string, Fee>> & { readonly default: Fee }
  /** What one whole unit is worth in US dollars, as a decimal: `1.0842`. */
  readonly usdRates: Readonly<Record<string, string>>
  /** Taken with every dispute that moves money, in minor units of the settlement currency. */
  readonly disputeFeeMinor: number
  /** Stripe keeps its dispute fee in most countries, whoever wins. */
  readonly disputeFeeReturned: boolean
  /** A fee of Stripe's own on the first of each month after one with charges; 0: none. */
  readonly monthlyFeeMinor: number
  /** From `charge.succeeded` to its balance transaction, announced by `charge.updated`. */
  readonly bookingDelayMs: number
  /** From a bank debit's start until the bank speaks. */
  readonly bankDebitDelayMs: number
  /** Whole days, counted from the start of the day (UTC), until a charge's money is available. */
  readonly availableAfterDays: number
  /** `daily`: at midnight UTC whatever is available. `manual`: only by `POST /v1/payouts`. */
  readonly payouts: 'daily' | 'manual'
  readonly payoutArrivalDays: number
  /** From a payout's arrival to `payout.reconciliation_completed`. */
  readonly itemisationDelayMs: number
  /** Until a card refund gets its reference (`refund.updated`). */
  readonly cardRefundDelayMs: number
  /** Until a bank debit's refund, pending at first, succeeds. */
  readonly bankRefundDelayMs: number
  /** Evidence must be in by then, or the dispute is lost. */
  readonly disputeDays: number
  /** An inquiry that nobody escalates is closed then. */
  readonly inquiryDays: number
  /** A renewal's invoice is a draft for so long before it is collected. */
  readonly renewalDraftMs: number
  /** Days after a failed renewal until the next try; after the last one the subscription is cancelled. */
  readonly retryDays: readonly number[]
  /** The account's own API version, in which the Events API shows events; null: the same as the webhook's. */
  readonly accountVersion: string | null
}

export const DEFAULT_SETTINGS: Settings = {
  settlementCurrencies: ['usd'],
  fees: { default: { percentBasisPoints: 290, fixedMinor: 30 } },
  usdRates: {
    usd: '1',
    eur: '1.0842',
    gbp: '1.2716',
    cad: '0.7311',
    aud: '0.6594',
    nzd: '0.6012',
    chf: '1.1204',
    jpy: '0.00667',
    krw: '0.00073',
    sek: '0.0961',
    nok: '0.0942',
    dkk: '0.1453',
    pln: '0.2514',
    czk: '0.0429',
    huf: '0.00274',
    inr: '0.01195',
    brl: '0.1762',
    mxn: '0.0503',
    zar: '0.0551',
    sgd: '0.7482',
    hkd: '0.1287',
    kwd: '3.2541',
    isk: '0.00724',
    ugx: '0.00027',
  },
  disputeFeeMinor: 1500,
  disputeFeeReturned: false,
  monthlyFeeMinor: 200,
  bookingDelayMs: 2000,
  bankDebitDelayMs: 8000, // days at a bank; long enough in a demo to see the money on its way
  availableAfterDays: 2,
  payouts: 'daily',
  payoutArrivalDays: 2,
  itemisationDelayMs: 60 * 60 * 1000,
  cardRefundDelayMs: 60 * 60 * 1000,
  bankRefundDelayMs: 3 * 24 * 60 * 60 * 1000,
  disputeDays: 21,
  inquiryDays: 60,
  renewalDraftMs: 60 * 60 * 1000,
  retryDays: [3, 5, 7],
  accountVersion: null,
}

export const DAY_MS = 24 * 60 * 60 * 1000

/** The start of the day, UTC; both in ms since 1970. */
export function dayStart(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}
