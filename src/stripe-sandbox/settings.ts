import { DAY_MS } from './time.ts'

/** `percentBasisPoints`: 290 is 2.9 %. `fixedMinor` is in minor units of the settlement currency. */
export type Fee = { readonly percentBasisPoints: number; readonly fixedMinor: number }

/** How this Stripe behaves where the real one depends on country, plan and luck. Delays are lengths of time. */
export type Settings = {
  /** Currencies with a bank account of their own, in lower case. Every other currency is converted to the first. */
  readonly settlementCurrencies: readonly string[]
  /** Fees by settlement currency; `default` for all others. */
  readonly fees: Readonly<Record<string, Fee>> & { readonly default: Fee }
  /** What one whole unit is worth in US dollars, as a decimal: `1.0842`. */
  readonly usdRates: Readonly<Record<string, string>>
  /** Charged for every dispute that moves money, in minor units of the settlement currency. */
  readonly disputeFeeMinor: number
  /** Stripe keeps its dispute fee in most countries, whoever wins. */
  readonly disputeFeeReturned: boolean
  /** A fee of Stripe's own on the first of each month after one with charges; 0 for none. */
  readonly monthlyFeeMinor: number
  /** From `charge.succeeded` to the charge's balance transaction, which `charge.updated` reports. */
  readonly balanceTransactionDelayMs: number
  /** From a bank debit's start until the bank reports the outcome. */
  readonly bankDebitDelayMs: number
  /** Whole days, counted from the start of the day (UTC), until a charge's money is available. */
  readonly availableAfterDays: number
  /** `daily`: whatever is available is paid out at midnight UTC. `manual`: only by `POST /v1/payouts`. */
  readonly payouts: 'daily' | 'manual'
  readonly payoutArrivalDays: number
  /** From a payout's arrival to `payout.reconciliation_completed`. */
  readonly payoutReconciliationDelayMs: number
  /** Until a card refund gets its reference, which `refund.updated` reports. */
  readonly cardRefundDelayMs: number
  /** Until the refund of a bank debit, pending at first, succeeds. */
  readonly bankRefundDelayMs: number
  /** A dispute without evidence is lost after this many days. */
  readonly disputeDays: number
  /** An inquiry that nobody escalates is closed after this many days. */
  readonly inquiryDays: number
  /** How long a renewal's invoice stays a draft before it is collected. */
  readonly renewalDraftMs: number
  /** Days from one failed payment of an invoice to the next attempt. After the last one the subscription is canceled. */
  readonly retryDays: readonly number[]
  /** The account's own API version, in which the Events API shows events; null: the same as the webhook's. */
  readonly accountVersion: string | null
}

const HOUR_MS = DAY_MS / 24

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
  balanceTransactionDelayMs: 2000,
  bankDebitDelayMs: 8000, // days at a bank; long enough in a demo to see the money on its way
  availableAfterDays: 2,
  payouts: 'daily',
  payoutArrivalDays: 2,
  payoutReconciliationDelayMs: HOUR_MS,
  cardRefundDelayMs: HOUR_MS,
  bankRefundDelayMs: 3 * DAY_MS,
  disputeDays: 21,
  inquiryDays: 60,
  renewalDraftMs: HOUR_MS,
  retryDays: [3, 5, 7],
  accountVersion: null,
}
