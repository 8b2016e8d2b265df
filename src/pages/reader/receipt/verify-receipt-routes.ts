import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import { answerPrivately } from '../../../http/no-store.ts'
import type { RateLimit } from '../../../http/rate-limit.ts'
import { VERIFY_PATH, type ReceiptCodes } from '../../../receipts/receipt-code.ts'
import { parseReceiptNumber } from '../../../receipts/receipt-number.ts'
import { receiptByNumber } from '../../../receipts/receipt-store.ts'
import { receiptStatus, type CheckedReceipt } from '../../../receipts/receipt.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { verifyReceiptPage } from './verify-receipt-view.ts'

/** A bookkeeper checks a pile of receipts; somebody who guesses codes needs more tries than the universe has seconds. */
export const CHECKS_OF_ADDRESS: RateLimit = { points: 60, seconds: 60 }

/** As much as anybody types, and more than a number or a code has. */
const LONGEST_FIELD = 60

/** The public page on which anybody can check a receipt by its number and its code. */
export function verifyReceiptRouter(deps: {
  readonly db: Knex
  readonly codes: Pick<ReceiptCodes, 'isCodeOf'>
  readonly newsroomName: string
  readonly textFor: TextFor
  /** Counts checks by the caller's address. */
  readonly limitChecks: Middleware
}): Router {
  const { db, codes, newsroomName } = deps
  return new Router().get(
    VERIFY_PATH,
    (ctx, next) => (isEmpty(ctx.query) ? next() : deps.limitChecks(ctx, next)),
    async (ctx) => {
      const { text } = readerLanguage(ctx, deps.textFor, typed(ctx.query['lang']) || null)
      const number = typed(ctx.query['number'])
      const code = typed(ctx.query['code'])
      const isAsked = number !== '' || code !== ''
      const receipt = isAsked ? await checkedReceipt({ db, codes }, number, code) : null
      const outcome = isAsked ? { receipt } : null
      answerPrivately(ctx, verifyReceiptPage({ newsroomName, number, code, outcome, text }), 'html')
    },
  )
}

/**
 * What a receipt's number and code prove, and no more. The database is asked only once the code fits, so that a number that
 * was never issued and a wrong code take the same way and the same time.
 * @returns null when they prove nothing
 */
async function checkedReceipt(
  { db, codes }: { readonly db: Knex; readonly codes: Pick<ReceiptCodes, 'isCodeOf'> },
  number: string,
  code: string,
): Promise<CheckedReceipt | null> {
  const parsed = parseReceiptNumber(number)
  const cited = { year: parsed?.year ?? 1000, number: parsed?.sequence ?? 1n }
  const fits = codes.isCodeOf(cited, code)
  if (parsed === null || !fits) return null
  const receipt = await receiptByNumber(db, cited)
  if (!receipt) return null
  const { profile, givenOn, money, voidReason, replacedBy } = receipt
  const status = receiptStatus({ voidReason, isReplaced: replacedBy !== null })
  return { number: receipt.number, newsroomName: profile.name, givenOn, money, status }
}

function isEmpty(query: Readonly<Record<string, unknown>>): boolean {
  return typed(query['number']) === '' && typed(query['code']) === ''
}

function typed(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, LONGEST_FIELD) : ''
}
