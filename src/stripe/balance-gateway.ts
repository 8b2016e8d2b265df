import type { Stripe } from 'stripe'
import { BALANCE_TYPES, type BalanceType } from '../settlement/balance/balance-types.ts'
import type { Place, StripeLists } from '../settlement/balance/stripe-balance.ts'
import { readPayout, readTransaction } from './balance-schema.ts'
import { pageOf } from './list-page-schema.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'

/** Stripe's largest page. */
const PAGE_SIZE = 100

/** Without retries: the sync asks again for a page that failed, and a worker that stops does not wait for one. */
export const CALL = { timeout: 8_000, maxNetworkRetries: 0 }

/** Reads balance transactions, each with the object that it is about, and payouts, page by page. */
export function stripeLists(stripe: Stripe, paced: PacedCalls): StripeLists {
  const expand = ['data.source']
  return {
    async transactions(place) {
      const answer = await paced(() => stripe.balanceTransactions.list({ ...listed(place), expand }, CALL))
      return pageOf('balance_transactions', answer, readTransaction)
    },
    async payouts(place) {
      const answer = await paced(() => stripe.payouts.list(listed(place), CALL))
      return pageOf('payouts', answer, readPayout)
    },
    async itemsOf(payout, after) {
      const params = { ...listed({ since: null, after }), payout, expand }
      const answer = await paced(() => stripe.balanceTransactions.list(params, CALL))
      return pageOf('balance_transactions', answer, readTransaction)
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

/** The words of a type of the SDK that also allows any other text. */
type WordsOf<Type> = Type extends string ? (string extends Type ? never : Type) : never

/** The table of types. The compiler refuses an SDK that has a type which the table lacks. */
export const balanceTypes: Readonly<Record<WordsOf<Stripe.BalanceTransaction.Type>, string>> &
  Readonly<Record<BalanceType, string>> = BALANCE_TYPES
