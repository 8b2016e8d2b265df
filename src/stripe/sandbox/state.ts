import type Stripe from 'stripe'
import type { NewId } from './ids.ts'

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

/** A Checkout Session and what Stripe knows of it without showing it in the object. */
export type SessionRecord = {
  readonly object: Stripe.Checkout.Session
  readonly lineItems: readonly Stripe.LineItem[]
  readonly intentData: IntentData
  readonly donor: Donor | null
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
}

export type BankDebit = {
  readonly sessionId: string
  readonly outcome: 'succeeded' | 'failed'
  readonly settlesAtMs: number
  readonly settled: boolean
}

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
}

export const TABLES = [
  'session',
  'payment_intent',
  'charge',
  'event',
  'delivery',
  'bank_debit',
  'answer',
] as const satisfies readonly (keyof Tables)[]

/** One row written. Several changes committed together are kept together or not at all. */
export type Change = {
  [T in keyof Tables]: { readonly table: T; readonly id: string; readonly value: Tables[T] }
}[keyof Tables]

/** Rows by id, in the order in which they were first written. */
export type State = { readonly [T in keyof Tables]: ReadonlyMap<string, Tables[T]> }

/** What every rule works from: what is known, when it is, who asks. */
export type Scene = {
  readonly state: State
  readonly nowMs: number
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
