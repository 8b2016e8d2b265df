/**
 * What each of Stripe's types of balance transactions is in the books.
 *
 * | kind | in the books |
 * |---|---|
 * | `payment` | money of a reader: clears what the gift's event posted |
 * | `refund`, `refund_failure` | clears what the refund's event posted, or its failure |
 * | `bank_return` | a bank debit that came back: clears the payment once more |
 * | `dispute` | clears what the dispute's event posted; its fee: `dispute_fees` |
 * | `own_fee` | what Stripe charges for its services: `stripe_fees` |
 * | `payout` | on its way to the bank and back: `payouts_in_transit`, from which `arrival.ts` moves it to `bank` |
 * | `topup` | from the bank to Stripe and back: `bank` |
 * | `reserve` | held back and released: `stripe_reserve`, which shows what is held at present |
 * | `product` | bought from Stripe or given through it: `other_stripe_activity`, shown for information |
 * | `activity` | of products that a newsroom's account normally has no use for (Connect, Issuing, Capital, bank transfers that no payment claims): `other_stripe_activity`, one difference for each type and month |
 * | `adjustment` | its reporting category and its source say which of the others it is |
 * | `unknown` | stays visible in the clearing account |
 */
export type BalanceKind =
  | 'payment'
  | 'refund'
  | 'refund_failure'
  | 'bank_return'
  | 'dispute'
  | 'own_fee'
  | 'payout'
  | 'topup'
  | 'reserve'
  | 'product'
  | 'activity'
  | 'unknown'

/**
 * Every type of the SDK (docs.stripe.com/reports/balance-transaction-types). The compiler compares it with the SDK's
 * list in `stripe/balance-gateway.ts`; the catalogue of `text/` has a name for each.
 */
export const BALANCE_TYPES = {
  charge: 'payment',
  payment: 'payment',

  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  payment_failure_refund: 'bank_return',
  payment_reversal: 'bank_return',

  adjustment: 'adjustment',

  stripe_fee: 'own_fee',
  stripe_fx_fee: 'own_fee',
  tax_fee: 'own_fee',

  payout: 'payout',
  payout_cancel: 'payout',
  payout_failure: 'payout',

  topup: 'topup',
  topup_reversal: 'topup',

  issuing_authorization_hold: 'reserve',
  issuing_authorization_release: 'reserve',
  payment_network_reserve_hold: 'reserve',
  payment_network_reserve_release: 'reserve',
  payout_minimum_balance_hold: 'reserve',
  payout_minimum_balance_release: 'reserve',
  reserve_hold: 'reserve',
  reserve_release: 'reserve',
  reserve_transaction: 'reserve',
  reserved_funds: 'reserve',

  climate_order_purchase: 'product',
  climate_order_refund: 'product',
  contribution: 'product',
  fee_credit_funding: 'product',

  advance: 'activity',
  advance_funding: 'activity',
  anticipation_repayment: 'activity',
  application_fee: 'activity',
  application_fee_refund: 'activity',
  connect_collection_transfer: 'activity',
  inbound_transfer: 'activity',
  inbound_transfer_reversal: 'activity',
  issuing_dispute: 'activity',
  issuing_dispute_provisional_credit: 'activity',
  issuing_dispute_provisional_credit_reversal: 'activity',
  issuing_transaction: 'activity',
  obligation_outbound: 'activity',
  obligation_reversal_inbound: 'activity',
  payment_unreconciled: 'activity',
  stripe_balance_payment_debit: 'activity',
  stripe_balance_payment_debit_reversal: 'activity',
  tax_fund: 'activity',
  transfer: 'activity',
  transfer_cancel: 'activity',
  transfer_failure: 'activity',
  transfer_refund: 'activity',
} as const satisfies Readonly<Record<string, BalanceKind | 'adjustment'>>

export type BalanceType = keyof typeof BALANCE_TYPES

/** What tells the kind of a balance transaction. */
export type Classified = {
  readonly type: string
  readonly reportingCategory: string
  /** The id of its source. */
  readonly source: string | null
}

export function isBalanceType(type: string): type is BalanceType {
  return Object.hasOwn(BALANCE_TYPES, type)
}

export function balanceKind(classified: Classified): BalanceKind {
  const { type } = classified
  if (!isBalanceType(type)) return 'unknown'
  const kind = BALANCE_TYPES[type]
  return kind === 'adjustment' ? adjustmentKind(classified) : kind
}

/**
 * Adjustments are of many kinds (docs.stripe.com/reports/reporting-categories). Those of a dispute name it; other known
 * ones have a category of their own, and the first two a source that shows what they adjust.
 */
function adjustmentKind({ reportingCategory, source }: Classified): BalanceKind {
  if (source !== null && /^(dp|du)_/.test(source)) return 'dispute'
  if (reportingCategory === 'refund_failure' && isOf(source, /^(re|pyr)_/)) return 'refund_failure'
  if (reportingCategory === 'charge_failure' && isOf(source, /^(ch|py)_/)) return 'bank_return'
  if (reportingCategory === 'fee' || reportingCategory === 'network_cost') return 'own_fee'
  return 'unknown'
}

function isOf(source: string | null, prefix: RegExp): boolean {
  return source !== null && prefix.test(source)
}

/**
 * Whether releases before 0.3.0 posted it as unknown: to the clearing account, under its own id. The ledger keeps what
 * was posted so.
 */
export function wasUnknown(classified: Classified): boolean {
  const kind = balanceKind(classified)
  if (kind === 'topup' || kind === 'reserve' || kind === 'product' || kind === 'activity') return true
  return classified.type === 'payment_reversal' || (classified.type === 'adjustment' && kind !== 'dispute')
}
