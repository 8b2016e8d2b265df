import { Router, type RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import type { RateLimit } from '../../../http/rate-limit.ts'
import { allowPictures } from '../../../http/security-headers.ts'
import { Refusal } from '../../../http/refusal.ts'
import type { ReceiptPdfs } from '../../../receipts/receipt-pdfs.ts'
import type { ReceiptLinks } from '../../../receipts/receipt-link.ts'
import { receiptByNumber, receiptByToken } from '../../../receipts/receipt-store.ts'
import { receiptPage } from './receipt-view.ts'
import type { ReceiptNumber } from '../../../receipts/receipt-number.ts'
import type { FollowLink } from '../../../newsroom/profile.ts'
import type { Receipt, ReceiptProof } from '../../../receipts/receipt.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { answerPrivately } from '../../../http/no-store.ts'

/** A reader needs one or two; an office that prints its receipts needs more. */
export const PDFS_OF_ADDRESS: RateLimit = { points: 60, seconds: 60 }

/** The receipt as a page and as a PDF, for everyone who has its link. */
export function receiptRouter(deps: {
  readonly db: Knex
  readonly links: ReceiptLinks
  readonly pdfOf: ReceiptPdfs
  /** Counts requests for a PDF by the caller's address. */
  readonly limitPdfs: Middleware
  readonly textFor: TextFor
  readonly proofOf: (number: ReceiptNumber) => ReceiptProof
  readonly logoUrl: string | null
  readonly followLinks: readonly FollowLink[]
}): Router {
  return new Router()
    .get('/receipts/:token.pdf', deps.limitPdfs, async (ctx) => {
      const receipt = await receiptOrRefusal(deps, ctx)
      const pdf = await deps.pdfOf(receipt)
      ctx.set('Content-Disposition', `inline; filename="receipt-${receipt.number}.pdf"`)
      answerPrivately(ctx, pdf, 'application/pdf')
    })
    .get('/receipts/:token', async (ctx) => {
      const receipt = await receiptOrRefusal(deps, ctx)
      const text = deps.textFor(receipt.locale)
      const proof = deps.proofOf(receipt.number)
      const { logoUrl, followLinks } = deps
      if (logoUrl !== null) allowPictures(ctx, new URL(logoUrl).origin)
      const links = { pdfUrl: `/receipts/${receipt.token}.pdf`, proof, logoUrl, followLinks }
      const page = receiptPage(receipt, links, text)
      answerPrivately(ctx, page, 'html')
    })
}

async function receiptOrRefusal(
  deps: { readonly db: Knex; readonly links: ReceiptLinks; readonly textFor: TextFor },
  ctx: RouterContext,
): Promise<Receipt> {
  const { db, links } = deps
  const { token = '' } = ctx.params
  // A stored token opens its receipt whatever the secrets are. A token of an older secret is stored no longer once a
  // backup was restored, but it still names its receipt.
  const named = links.receiptIn(token)
  const receipt = (await receiptByToken(db, token)) ?? (named && (await receiptByNumber(db, named)))
  if (receipt) return receipt
  const { text } = readerLanguage(ctx, deps.textFor)
  throw new Refusal('not_found', text.reader('receipt.notFound'), { language: text.language })
}
