import { z } from 'zod'
import type { Attribution, Frequency } from '../checkout/attribution.ts'
import type { CheckoutId, PaymentIntentId } from '../ids.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import { parseCurrency, type CurrencyCode } from '../money/currency.ts'

/** A Stripe event, read: a fact and the payment or session it is about, or nothing that we use. */
export type Reading = { readonly fact: PaymentFact; readonly correlationId: string } | null

/** The event's object is not what Stripe documents for its type. Names the fields, never their values. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

// Our metadata says which checkout it was; anything else in its place is somebody else's and not an error.
export const ownId = z.uuid().transform((id) => id as CheckoutId) // the brand's one maker at this edge

/** Where a gift came from, as sent along in the metadata of its session or subscription. */
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

/** Lower case, as in the currency table. */
export const currency = z.string().transform((code, context): CurrencyCode => {
  const known = parseCurrency(code)
  if (known) return known
  context.issues.push({ code: 'custom', message: 'unknown currency', input: code })
  return z.NEVER
})

/** Postgres text cannot hold NUL, and nothing printed should hold a control character. */
export function printable(value: string | null | undefined): string | null {
  return value?.replaceAll(/\p{Cc}/gu, '').trim() || null
}

/** A payment's id, checked against its pattern. */
export const paymentIntent = idOf(/^pi_\w+$/).transform((id) => id as PaymentIntentId) // the brand's one maker for events

/** Stripe gives an id, or the whole object where it was expanded. */
export function idOf(pattern: RegExp) {
  const id = z.string().regex(pattern)
  return z.union([id, z.object({ id }).transform((object) => object.id)])
}

export function eventOf<Shape extends z.ZodType>(object: Shape) {
  return z.object({ data: z.object({ object }) })
}

export function parse<Shape extends z.ZodType>(schema: Shape, body: unknown): z.infer<Shape> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`)
  throw new UnreadableEvent(`unexpected shape: ${fields.join(', ')}`)
}
