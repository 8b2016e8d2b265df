import type { Router } from '@koa/router'
import type { Knex } from 'knex'
import type { Config } from '../../../config/config.ts'
import type { Keyring } from '../../../config/keyring.ts'
import type { Callers } from '../../../http/client-ip.ts'
import { limitByAddress, type RateLimit, type RateLimiter } from '../../../http/rate-limit.ts'
import { receiptCodes, receiptProofs } from '../../../receipts/receipt-code.ts'
import { receiptLinks } from '../../../receipts/receipt-link.ts'
import type { ReceiptPdfs } from '../../../receipts/receipt-pdfs.ts'
import type { TextFor } from '../../../text/text.ts'
import { PDFS_OF_ADDRESS, receiptRouter } from './receipt-routes.ts'
import { CHECKS_OF_ADDRESS, verifyReceiptRouter } from './verify-receipt-routes.ts'

/** Receipts for those who have their links, and the page on which anybody can check one. */
export function receiptPages(
  deps: Pick<Config, 'newsroom' | 'publicUrl' | 'logoUrl' | 'followLinks'> & {
    readonly db: Knex
    readonly pdfOf: ReceiptPdfs
    readonly keys: Pick<Keyring, 'addressHashes' | 'receiptCodes' | 'receiptLinks'>
    readonly textFor: TextFor
    readonly limiter: (name: string, limit: RateLimit) => RateLimiter
    readonly callers: Callers
  },
): readonly Router[] {
  const { db, pdfOf, keys, textFor, callers, publicUrl, newsroom, logoUrl, followLinks } = deps
  const [hashKey] = keys.addressHashes
  const codes = receiptCodes(keys.receiptCodes)
  const limited = (name: string, limit: RateLimit) =>
    limitByAddress(deps.limiter(name, limit), callers, hashKey)
  return [
    receiptRouter({
      db,
      pdfOf,
      textFor,
      logoUrl,
      followLinks,
      links: receiptLinks(keys.receiptLinks),
      proofOf: receiptProofs(codes, publicUrl),
      limitPdfs: limited('receipt-pdf', PDFS_OF_ADDRESS),
    }),
    verifyReceiptRouter({
      db,
      codes,
      textFor,
      newsroomName: newsroom.name,
      limitChecks: limited('receipt-check', CHECKS_OF_ADDRESS),
    }),
  ]
}
