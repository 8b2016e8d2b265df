import type { Stripe } from 'stripe'
import type { z } from 'zod'
import type { Page, Place, StripeLists } from '../settlement/stripe-balance.ts'
import { payoutPage, transactionPage } from './balance-schema.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'

/** Stripe's largest page. */
const PAGE_SIZE = 100

/** Without retries: the sync asks again for a page that failed, and a worker that stops does not wait for one. */
export const CALL = { timeout: 8_000, maxNetworkRetries: 0 }

/** An answer is not what Stripe documents. The message names fields, never their values. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}

/** Reads balance transactions, each with the object that it is about, and payouts, page by page. */
export function stripeLists(stripe: Stripe, paced: PacedCalls): StripeLists {
  const expand = ['data.source']
  return {
    async transactions(place) {
      const answer = await paced(() => stripe.balanceTransactions.list({ ...listed(place), expand }, CALL))
      return pageOf(transactionPage, answer)
    },
    async payouts(place) {
      return pageOf(payoutPage, await paced(() => stripe.payouts.list(listed(place), CALL)))
    },
    async itemsOf(payout, after) {
      const place = listed({ since: null, after })
      return pageOf(
        transactionPage,
        await paced(() => stripe.balanceTransactions.list({ ...place, payout, expand }, CALL)),
      )
    },
  }
}

/** The parameters that every list of Stripe has. */
export function listed({ since, after }: Place) {
  return {
    limit: PAGE_SIZE,
    ...(since === null ? {} : { created: { gte: Math.floor(since.getTime() / 1000) } }),
    ...(after === null ? {} : { starting_after: after }),
  }
}

// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
function pageOf<Row extends { readonly id: string }>(
  schema: z.ZodType<{ data: Row[]; has_more: boolean }>,
  answer: unknown,
): Page<Row> {
  const read = schema.safeParse(answer)
  if (!read.success) {
    const fields = read.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`)
    throw new UnreadableAnswer(`Stripe’s list has an unexpected shape: ${fields.join(', ')}`)
  }
  const { data: rows, has_more: more } = read.data
  return { rows, next: more ? (rows.at(-1)?.id ?? null) : null }
}
