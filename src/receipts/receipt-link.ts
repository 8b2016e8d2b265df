import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CitedReceipt } from './receipt-numbering.ts'

/** The last part of receipts' addresses, which opens a receipt to whoever knows it. */
export type ReceiptLinks = {
  /** The same receipt always gets the same token, so that links in old mails open a recovered receipt. */
  tokenFor(receipt: CitedReceipt): string
  /** The receipt that an authentic token names; null for any other text. */
  receiptIn(token: string): CitedReceipt | null
}

const MAC_BYTES = 24
const TOKEN = /^([1-9]\d{3})-([1-9]\d{0,17})-([A-Za-z0-9_-]{32})$/

/**
 * A token names its receipt and proves that we made it. The number lets an older key still verify: after a secret was
 * replaced and a backup was restored, the stored token is new, and the mailed one is old.
 * @param keys the first one makes tokens, every one verifies them
 */
export function receiptLinks(keys: readonly [string, ...string[]]): ReceiptLinks {
  const proof = (key: string, { year, number }: CitedReceipt): Buffer =>
    createHmac('sha256', key).update(`receipt ${year}-${number}`).digest().subarray(0, MAC_BYTES)
  return {
    tokenFor: (receipt) =>
      `${receipt.year}-${receipt.number}-${proof(keys[0], receipt).toString('base64url')}`,
    receiptIn(token) {
      const [, year, number, mac] = TOKEN.exec(token) ?? []
      if (year === undefined || number === undefined || mac === undefined) return null
      const receipt = { year: Number(year), number: BigInt(number) }
      const given = Buffer.from(mac, 'base64url')
      return keys.some((key) => timingSafeEqual(proof(key, receipt), given)) ? receipt : null
    },
  }
}
