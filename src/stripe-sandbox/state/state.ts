import type Stripe from 'stripe'
import { Table } from './table.ts'
import type { ReadonlyTable } from './table.ts'

export type Donor = {
  readonly name: string
  readonly email: string
  /** What the reader was shown and charged in a currency of their own (Adaptive Pricing), in minor units. */
  readonly presented?: { readonly amount: number; readonly currency: string }
}

/** What the caller wants on the PaymentIntent. Stripe keeps it until the reader confirms the payment. */
type IntentData = {
  readonly description: string | null
  readonly metadata: Record<string, string>
  readonly receiptEmail: string | null
  readonly statementDescriptor: string | null
  readonly statementDescriptorSuffix: string | null
  readonly transferGroup: string | null
}

type SubscriptionData = {
  readonly metadata: Record<string, string>
  readonly description: string | null
}

/** A Checkout Session and what Stripe knows of it without showing it in the object. */
export type SessionRecord = {
  readonly object: Stripe.Checkout.Session
  readonly lineItems: readonly Stripe.LineItem[]
  /** What the page says below each item; absent in sessions of before. */
  readonly itemDescriptions?: readonly (string | null)[]
  readonly intentData: IntentData
  readonly donor: Donor | null
  /** What the subscription made by this session will carry; absent for one-time payments. */
  readonly subscriptionData?: SubscriptionData
  /** The PaymentIntent of the last attempt, which the session of a subscription does not show. */
  readonly attemptedIntentId?: string
  /** How far this Stripe's clock was ahead of its caller's at the opening. The session lives longer by that much. */
  readonly aheadMs?: number
  /** Attempts so far. A form carries the number it was shown with, so that a double post makes one attempt. */
  readonly attempts: number
}

/** How the webhook for one event is getting on. Times in ms since 1970. */
export type Delivery = {
  readonly eventId: string
  readonly status: 'pending' | 'delivered' | 'given_up'
  readonly attempts: number
  readonly lastAnswer: string | null
  readonly lastAttemptAtMs: number | null
  /** Its position among the deliveries to be sent: the event's number, unless it was shuffled. */
  readonly position?: number
  /** Held back until then. */
  readonly notBeforeMs?: number
  /** Sent once more after it was received. */
  readonly sendTwice?: boolean
}

export type BankDebit = {
  readonly sessionId: string
  readonly outcome: 'succeeded' | 'failed'
  readonly settlesAtMs: number
  readonly settled: boolean
}

/** A subscription and what the reader's bank will do, which only a test knows. */
export type SubscriptionRecord = {
  readonly object: Stripe.Subscription
  readonly donor: Donor
  /** How many of the next payments will be declined. */
  readonly declines: number
}

/** A balance transaction and the automatic payout that contains it. */
type BalanceTransactionRecord = {
  readonly object: Stripe.BalanceTransaction
  readonly payout: string | null
}

/** Something that happens at a certain time. Written again with `done` once it has happened. */
type Task = {
  readonly kind: TaskKind
  /** The id of the object it is about. */
  readonly subject: string
  readonly dueAtMs: number
  readonly done: boolean
}

export const TASK_KINDS = [
  'create_balance_transaction',
  'settle_refund',
  'fail_refund',
  'close_overdue_dispute',
  'charge_monthly_fee',
  'create_payout',
  'mark_payout_paid',
  'complete_payout_reconciliation',
  'start_next_period',
  'collect_invoice',
] as const
export type TaskKind = (typeof TASK_KINDS)[number]

/** How far the clock was moved ahead of the one it was started with. */
type ClockRecord = { readonly aheadMs: number }

/** What one whole unit of a currency is worth in US dollars from now on, as a decimal. */
type RateRecord = { readonly usd: string }

/** The answer first given to an idempotency key. */
export type StoredAnswer = {
  readonly key: string
  readonly path: string
  readonly fingerprint: string
  readonly requestId: string
  readonly status: number
  readonly body: string
  readonly atMs: number
}

export type Tables = {
  session: SessionRecord
  payment_intent: Stripe.PaymentIntent
  charge: Stripe.Charge
  event: Stripe.Event
  delivery: Delivery
  bank_debit: BankDebit
  answer: StoredAnswer
  customer: Stripe.Customer
  payment_method: Stripe.PaymentMethod
  portal_session: Stripe.BillingPortal.Session
  subscription: SubscriptionRecord
  invoice: Stripe.Invoice
  invoice_payment: Stripe.InvoicePayment
  refund: Stripe.Refund
  dispute: Stripe.Dispute
  early_fraud_warning: Stripe.Radar.EarlyFraudWarning
  balance_transaction: BalanceTransactionRecord
  payout: Stripe.Payout
  task: Task
  clock: ClockRecord
  rate: RateRecord
}

/** Every table, empty. It is written as an object so that the compiler notices a missing one. */
export function emptyTables(): { [T in keyof Tables]: Table<Tables[T]> } {
  return {
    session: new Table(),
    payment_intent: new Table(),
    charge: new Table(),
    event: new Table(),
    delivery: new Table(),
    bank_debit: new Table(),
    answer: new Table(),
    customer: new Table(),
    payment_method: new Table(),
    portal_session: new Table(),
    subscription: new Table(),
    invoice: new Table(),
    invoice_payment: new Table(),
    refund: new Table(),
    dispute: new Table(),
    early_fraud_warning: new Table(),
    balance_transaction: new Table(),
    payout: new Table(),
    task: new Table(),
    clock: new Table(),
    rate: new Table(),
  }
}

/** One row written. Changes that are committed together are kept together or not at all. */
export type Change = {
  [T in keyof Tables]: { readonly table: T; readonly id: string; readonly value: Tables[T] }
}[keyof Tables]

/** Rows by id, in the order in which they were first written. */
export type State = { readonly [T in keyof Tables]: ReadonlyTable<Tables[T]> }
