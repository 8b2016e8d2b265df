import { z } from 'zod'
import type { CheckoutMarks } from '../../checkout/checkout-mark.ts'
import type { CheckoutId } from '../../ids.ts'
import { objectId, reference as strictReference, text } from '../field-schema.ts'

/** By what an object at Stripe is recognised as ours. Everything else on the account belongs to other programs. */
export type Ownership = {
  readonly marks: Pick<CheckoutMarks, 'checkoutIn'>
  /** The products of an older system (`prod_…`) whose paid invoices are gifts without attribution. */
  readonly donationProducts: ReadonlySet<string>
}

/** What may prove an object of Stripe ours, read before anything else of it and whatever its shape. */
export type Claim = {
  /** The checkout whose mark the object bears. */
  readonly checkoutId: CheckoutId | null
  /** The ids by which our tables may know the object: those of its payment, its own, of its invoice and subscription. */
  readonly ids: readonly string[]
}

// Another program's object may be of any shape: a field that is not as expected counts as missing.
const reference = strictReference(objectId).nullish().catch(null)
const metadata = z.record(text, z.unknown()).nullish().catch(null)
const details = z.object({ subscription: reference, metadata }).nullish().catch(null)
const anyObject = z
  .object({
    id: reference,
    metadata,
    payment_intent: reference,
    payment: z.object({ payment_intent: reference }).nullish().catch(null),
    invoice: reference,
    subscription: reference,
    parent: z.object({ subscription_details: details }).nullish().catch(null),
    // Where invoices of older API versions have it.
    subscription_details: details,
  })
  .catch({})

/** @param object as an event carries it or the API answers it */
export function claimOf(object: unknown, { marks }: Pick<Ownership, 'marks'>): Claim {
  const read = anyObject.parse(object)
  const ofSubscription = read.parent?.subscription_details ?? read.subscription_details
  const ids = [paymentOf(read), read.id, read.invoice, read.subscription, ofSubscription?.subscription]
  return {
    checkoutId: marks.checkoutIn(read.metadata) ?? marks.checkoutIn(ofSubscription?.metadata),
    ids: ids.filter((one) => typeof one === 'string'),
  }
}

const anyEvent = z.object({ data: z.object({ object: z.unknown() }) })

/** The same of an event's object. */
export function claimOfEvent(body: unknown, ownership: Pick<Ownership, 'marks'>): Claim {
  return claimOf(anyEvent.safeParse(body).data?.data.object, ownership)
}

/** The payment intent that an event names, whatever else it says. */
export function paymentNamedIn(body: unknown): string | null {
  return paymentOf(anyObject.parse(anyEvent.safeParse(body).data?.data.object))
}

function paymentOf(read: z.infer<typeof anyObject>): string | null {
  return read.payment_intent ?? read.payment?.payment_intent ?? null
}
