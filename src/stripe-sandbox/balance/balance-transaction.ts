import type Stripe from 'stripe'
import { dayStart, DAY_MS } from '../settings.ts'
import { seconds } from '../state.ts'
import type { Scene } from '../state.ts'
import type { Work } from '../work.ts'

/** A movement of the balance, in minor units of the settlement currency. */
export type Movement = {
  readonly type: string
  /** Negative when money leaves. */
  readonly amount: number
  readonly currency: string
  readonly fee: number
  readonly exchangeRate: number | null
  readonly description: string | null
  readonly source: string | null
  /** Charges wait some days; everything else counts at once. */
  readonly available: 'at once' | 'after some days'
  /** The automatic payout it is part of from the beginning: the payout's own movement. */
  readonly payout?: string
  /** Where it differs from what the type says, and for types unknown here. */
  readonly reportingCategory?: string
}

/** `reporting_category` by type, as Stripe documents it. */
const CATEGORIES: Readonly<Record<string, string>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  payment_failure_refund: 'charge_failure',
  payout: 'payout',
  payout_failure: 'payout_reversal',
  payout_cancel: 'payout_reversal',
  stripe_fee: 'fee',
  adjustment: 'other_adjustment',
}

/** Writes the movement into Stripe's books. Every movement of money goes through here. */
export function book(work: Work, movement: Movement): Stripe.BalanceTransaction {
  const { scene } = work
  const availableAtMs =
    movement.available === 'at once'
      ? scene.nowMs
      : dayStart(scene.nowMs) + scene.settings.availableAfterDays * DAY_MS
  const { fee, currency } = movement
  const object: Stripe.BalanceTransaction = {
    id: scene.newId('txn_'),
    object: 'balance_transaction',
    amount: movement.amount,
    available_on: seconds(availableAtMs),
    balance_type: 'payments',
    created: seconds(scene.nowMs),
    currency,
    description: movement.description,
    exchange_rate: movement.exchangeRate,
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency, description: feeWords(movement), type: 'stripe_fee' }],
    net: movement.amount - fee,
    reporting_category: movement.reportingCategory ?? CATEGORIES[movement.type] ?? 'other_adjustment',
    source: movement.source,
    status: 'pending', // as it is read: see presentTransaction
    type: movement.type,
  }
  work.put('balance_transaction', object.id, { object, payout: movement.payout ?? null })
  if (scene.settings.payouts === 'daily' && movement.payout === undefined) schedulePayout(work, object)
  return object
}

/** As it is read now: pending until its day has come. */
export function presentTransaction(
  object: Stripe.BalanceTransaction,
  { nowMs }: Scene,
): Stripe.BalanceTransaction {
  return { ...object, status: object.available_on * 1000 <= nowMs ? 'available' : 'pending' }
}

/** The account's balance in a currency, minor units, as `GET /v1/balance` tells it. */
export function balanceOf({ state, nowMs }: Scene, currency: string): { available: number; pending: number } {
  const sum = { available: 0, pending: 0 }
  for (const { object } of state.balance_transaction.values()) {
    if (object.currency !== currency) continue
    sum[object.available_on * 1000 <= nowMs ? 'available' : 'pending'] += object.net
  }
  return sum
}

/** The first midnight (UTC) at which it is available. */
function schedulePayout(work: Work, { available_on, currency }: Stripe.BalanceTransaction): void {
  const availableMs = Math.max(available_on * 1000, work.scene.nowMs + 1)
  const atMs = Math.ceil(availableMs / DAY_MS) * DAY_MS
  const subject = `${currency}/${new Date(atMs).toISOString().slice(0, 10)}`
  if (work.get('task', `pay_out:${subject}`) === undefined) work.schedule('pay_out', subject, atMs)
}

function feeWords({ type }: Movement): string {
  return type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees'
}
