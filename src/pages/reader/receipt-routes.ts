import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { Refusal } from '../../http/refusal.ts'
import { receiptPdf } from '../../receipts/receipt-pdf.ts'
import { receiptByToken } from '../../receipts/receipt-store.ts'
import { receiptPage } from './receipt-view.ts'
import type { Receipt } from '../../receipts/receipt.ts'
import { textFor } from '../../text/text.ts'
import { answerPrivately } from '../../http/no-store.ts'

const text = textFor('en')

/** The receipt as a page and as a PDF, for everyone who has its link. */
export function receiptRouter({ db }: { readonly db: Knex }): Router {
  return new Router()
    .get('/receipts/:token.pdf', async (ctx) => {
      const receipt = await receiptOrRefusal(db, ctx.params['token'])
      const pdf = await receiptPdf(receipt, text)
      ctx.set('Content-Disposition', `inline; filename="receipt-${receipt.number}.pdf"`)
      answerPrivately(ctx, pdf, 'application/pdf')
    })
    .get('/receipts/:token', async (ctx) => {
      const receipt = await receiptOrRefusal(db, ctx.params['token'])
      const page = receiptPage(receipt, `/receipts/${receipt.token}.pdf`, text)
      answerPrivately(ctx, page, 'html')
    })
}

async function receiptOrRefusal(db: Knex, token: string | undefined): Promise<Receipt> {
  const receipt = await receiptByToken(db, token ?? '')
  if (!receipt) throw new Refusal('not_found', text.reader('receipt.notFound'))
  return receipt
}
