import { z } from 'zod'
import type { Attribution, Frequency } from '../../checkout/attribution.ts'
import type { CoveredParts, PaymentFact } from '../../donations/payment-fact.ts'
import type { Ownership } from './ownership.ts'

/**
 * What an event says: a fact, and the id of the payment, invoice, session or subscription that it is about. Null when
 * it says nothing that we use.
 */
export type Reading = { readonly fact: PaymentFact; readonly correlationId: string } | null

/**
 * Reads the body of an event of one type.
 * @param createdAt when Stripe created the event
 * @param ownership by what an object is recognised as ours; the fact says what the object bears of it
 * @throws UnreadableEvent
 */
export type EventReader = (body: unknown, createdAt: Date, ownership: Ownership) => Reading

/** The event's object is not what Stripe documents for its type. The message names fields, never their values. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

/** The reader of events whose object has this shape. */
export function eventReader<StripeObject>(
  objectSchema: z.ZodType<StripeObject>,
  read: (object: StripeObject, createdAt: Date, ownership: Ownership) => Reading,
): EventReader {
  const eventSchema = z.object({ data: z.object({ object: objectSchema }) })
  return (body, createdAt, ownership) => {
    const event = eventSchema.safeParse(body)
    if (event.success) return read(event.data.data.object, createdAt, ownership)
    const fields = event.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`)
    throw new UnreadableEvent(`unexpected shape: ${fields.join(', ')}`)
  }
}

/** The attribution in the metadata of a session or subscription, where `checkout/session-params.ts` put it. */
export function attributionOf(metadata: Readonly<Record<string, string>>, frequency: Frequency): Attribution {
  return {
    frequency,
    articleUrl: metadata['article_url'] ?? null,
    articleTitle: metadata['article_title'] ?? null,
    campaignSource: metadata['campaign_source'] ?? null,
    campaignMedium: metadata['campaign_medium'] ?? null,
    campaignName: metadata['campaign_name'] ?? null,
  }
}

const MINOR = /^[1-9]\d{0,11}$/

/** What the reader of a session or subscription covers, where `checkout/session-params.ts` put it. */
export function coveredIn(
  metadata: Readonly<Record<string, string>> | null | undefined,
): CoveredParts | null {
  const { gift_minor: gift = '', covered_fee_minor: fee = '' } = metadata ?? {}
  return MINOR.test(gift) && MINOR.test(fee) ? { giftMinor: BigInt(gift), feeMinor: BigInt(fee) } : null
}

/** Without control characters, which nothing printed should contain. The schemas replace lone surrogates before. */
export function printable(value: string | null | undefined): string | null {
  return value?.replaceAll(/\p{Cc}/gu, '').trim() || null
}
