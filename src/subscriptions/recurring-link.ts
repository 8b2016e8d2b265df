import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SubscriptionId } from '../ids.ts'

/** The last part of an agreement's address, with which its donor sees and stops it without an account. */
export type RecurringLinks = {
  /** The same agreement always gets the same token, so that a link in an old mail keeps working. */
  tokenFor(id: SubscriptionId): string
  /** The agreement that an authentic token names; null for any other text. */
  subscriptionIn(token: string): SubscriptionId | null
}

const MAC_BYTES = 24
const TOKEN = /^(sub_\w{1,200})-([A-Za-z0-9_-]{32})$/

/**
 * A token is made for this purpose alone: it opens no receipt and nothing else of the donor's.
 * @param keys the first one makes tokens, every one verifies them
 */
export function recurringLinks(keys: readonly [string, ...string[]]): RecurringLinks {
  const proof = (key: string, id: string): Buffer =>
    createHmac('sha256', key).update(`recurring ${id}`).digest().subarray(0, MAC_BYTES)
  return {
    tokenFor: (id) => `${id}-${proof(keys[0], id).toString('base64url')}`,
    subscriptionIn(token) {
      const [, id, mac] = TOKEN.exec(token) ?? []
      if (id === undefined || mac === undefined) return null
      const given = Buffer.from(mac, 'base64url')
      // An authentic token gives the id its brand.
      return keys.some((key) => timingSafeEqual(proof(key, id), given)) ? (id as SubscriptionId) : null
    },
  }
}
