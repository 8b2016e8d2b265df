import type Stripe from 'stripe'
import type { NewId } from './ids.ts'
import type { Settings } from './settings.ts'
import { Table } from './table.ts'
import type { ReadonlyTable } from './table.ts'

export type Donor = { readonly name: string; readonly email: string }

/** What the caller asked to have on the payment; Stripe keeps it until the reader confirms. */
export type IntentData = {
  readonly description: string | null
  readonly metadata: Record<string, string>
  readonly receiptEmail: string | null
  readonly statementDescriptor: string | null
  readonly statementDescriptorSuffix: string | null
  readonly transferGroup: string | null
}

export type SubscriptionData = {
  readonly metadata: Record<string, string>
  readonly description: string | null
}

/** A Checkout Session and what Stripe knows of it without showing it in the object. */
export type SessionRecord = {
  readonly object: Stripe.Checkout.Session
  readonly lineItems: readonly Stripe.LineItem[]
  readonly intentData: IntentData
  readonly donor: Donor | null
  /** What a subscription made by this session will carry; absent for one-time payments. */
  readonly subscriptionData?: SubscriptionData
  /** The payment intent of the last try, which a subscription's session does not show. */
  readonly triedIntent?: string
  /** How far this Stripe's clock was ahead of its caller's at the opening; the session lives longer by that. */
  readonly aheadMs?: number
  /** Tries so far; a form carries the number it was shown with, so that a double post tries once. */
  readonly attempts: number
}

/** Where the webhook for one event stands. Times in ms since 1970. */
export type Delivery = {
  readonly eventId: string
  readonly status: 'pending' | 'delivered' | 'given_up'
  readonly attempts: number
  readonly lastAnswer: string | null
  readonly lastTriedAtMs: number | null
  /** Its place in the line of those to be sent; its number in time unless it was shuffled. */
  readonly place?: number
  /** Held back until then. */
  readonly notBeforeMs?: number
  /** Sent once more after it was received. */
  readonly twice?: boolean
}

export type BankDebit = {
  readonly sessionId: string
  readonly outcome: 'succeeded' | 'failed'
  readonly settlesAtMs: number
  readonly settled: boolean
}

/** A subscription and what its bank will do, which only a test knows. */
export type SubscriptionRecord = {
  readonly object: Stripe.Subscription
  readonly donor: Donor
  /** So many of the next collections will be declined. */
  readonly declines: number
}

/** A movement of the balance, and the automatic payout that took it to the bank. */
export type TransactionRecord = {
  readonly object: Stripe.BalanceTransaction
  readonly payout: string | null
}

/** Something only time brings. Written again with `done` once it has happened. */
export type Task = {
  readonly kind: TaskKind
  /** The id of the object it is about. */
  readonly subject: string
  readonly dueAtMs: number
  readonly done: boolean
}

export const TASK_KINDS = [
  'book_charge',
  'refund_moves',
  'refund_fails',
  'dispute_deadline',
  'monthly_fee',
  'pay_out',
  'payout_arrives',
  'payout_itemised',
  'period_ends',
  'collect_invoice',
] as const
export type TaskKind = (typeof TASK_KINDS)[number]

/** How far the clock was moved ahead of the one it was started with. */
export type ClockRecord = { readonly aheadMs: number }

/** What one whole unit of a currency is worth in US dollars from now on, as a decimal. */
export type RateRecord = { readonly usd: string }

/** The answer an idempotency key was first given. */
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
  subscription: SubscriptionRecord
  invoice: Stripe.Invoice
  invoice_payment: Stripe.InvoicePayment
  refund: Stripe.Refund
  dispute: Stripe.Dispute
  early_fraud_warning: Stripe.Radar.EarlyFraudWarning
  balance_transaction: TransactionRecord
  payout: Stripe.Payout
  task: Task
  clock: ClockRecord
  rate: RateRecord
}

/** Every table, empty: an object so that the compiler misses none. */
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

/** One row written. Several changes committed together are kept together or not at all. */
export type Change = {
  [T in keyof Tables]: { readonly table: T; readonly id: string; readonly value: Tables[T] }
}[keyof Tables]

/** Rows by id, in the order in which they were first written. */
export type State = { readonly [T in keyof Tables]: ReadonlyTable<Tables[T]> }

/** What every rule works from: what is known, when it is, who asks. */
export type Scene = {
  readonly state: State
  readonly nowMs: number
  /** How far this Stripe's clock is ahead of its caller's. */
  readonly aheadMs: number
  readonly settings: Settings
  readonly newId: NewId
  readonly apiVersion: string
  /** `http://127.0.0.1:PORT`, where the hosted pages live. */
  readonly origin: string
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null }
}

/** Stripe's unit of time: whole seconds since 1970. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
