import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { CheckoutId } from '../ids.ts'

/** The key of our mark in the metadata of Stripe's objects. Other programs on the account have no reason to use it. */
export const MARK_KEY = 'reader_donations'

/**
 * Our mark on Stripe's objects. Several programs may share a Stripe account, and each may write any id into
 * `client_reference_id` or `metadata`: only an object that bears a mark made with our secret is ours.
 */
export type CheckoutMarks = {
  /** The value under `MARK_KEY`, at most 80 characters. The same checkout always gets the same value. */
  make(checkout: CheckoutId): string
  /** The checkout whose mark the metadata bears; null when it bears none, or one that was not made with a secret of ours. */
  checkoutIn(metadata: Readonly<Record<string, unknown>> | null | undefined): CheckoutId | null
}

const VERSION = '1'
const MAC_BYTES = 16 // half of SHA-256, far more than anybody can try at Stripe's API
// The one form in which `make` writes it: another spelling of the same bytes is no mark.
const mark = /^1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{22})$/
const checkoutId = z.uuid().transform((id) => id as CheckoutId) // an authentic mark gives the id its brand

const named = z.object({
  data: z.object({
    object: z
      .object({ metadata: z.record(z.string(), z.unknown()).nullish(), client_reference_id: z.unknown() })
      .partial(),
  }),
})

/**
 * The checkout that an event of Stripe names, whoever wrote it there: enough to find its trace, never enough to book it.
 * @param event its parsed body
 */
export function checkoutNamedIn(event: unknown): CheckoutId | null {
  const { metadata, client_reference_id: reference } = named.safeParse(event).data?.data.object ?? {}
  const value = metadata?.[MARK_KEY]
  const marked = typeof value === 'string' ? mark.exec(value)?.[1] : undefined
  return checkoutId.safeParse(marked ?? reference).data ?? null
}

/**
 * Makes and checks marks. A mark names its checkout, so that a copy of it on another object still names that checkout;
 * it also binds the mode, because test objects never pay.
 * @param keys secrets of this purpose alone: the first one makes marks, each of them verifies, so that one can be rolled
 * @param livemode whether the Stripe key reads live money
 */
export function checkoutMarks(keys: readonly [string, ...string[]], livemode: boolean): CheckoutMarks {
  const macOf = (key: string, id: string): Buffer =>
    createHmac('sha256', key)
      .update(`${MARK_KEY} ${VERSION} ${livemode ? 'live' : 'test'} ${id}`)
      .digest()
      .subarray(0, MAC_BYTES)
  return {
    make: (id) => `${VERSION}.${id}.${macOf(keys[0], id).toString('base64url')}`,
    checkoutIn(metadata) {
      const value = metadata?.[MARK_KEY]
      const [, id, text] = (typeof value === 'string' ? mark.exec(value) : null) ?? []
      if (id === undefined || text === undefined) return null
      const given = Buffer.from(text, 'base64url')
      // The last character has bits to spare: only the canonical text counts.
      if (given.length !== MAC_BYTES || given.toString('base64url') !== text) return null
      // Every key is tried, so that the time taken says nothing.
      const matches = keys.filter((key) => timingSafeEqual(macOf(key, id), given))
      return matches.length > 0 ? (checkoutId.safeParse(id).data ?? null) : null
    },
  }
}
