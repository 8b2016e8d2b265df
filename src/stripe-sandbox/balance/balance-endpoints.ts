import type Stripe from 'stripe'
import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { pageParams } from '../api/lists.ts'
import { text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import type { Context } from '../state/context.ts'
import { rowsOf } from '../state/table.ts'
import { balanceOf, presentBalanceTransaction } from './balance-transaction.ts'

const listSchema = z.strictObject({
  ...pageParams,
  currency: text().optional(),
  payout: text().optional(),
  source: text().optional(),
  type: text().optional(),
})

export const balanceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/v1/balance', run: ({ context }) => balance(context) },
  ...resourceEndpoints<Stripe.BalanceTransaction, z.infer<typeof listSchema>>({
    path: '/v1/balance_transactions',
    kind: 'balance_transaction',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.balance_transaction, ({ object }) => object),
    matches(query, context) {
      if (query.payout !== undefined) checkItemised(context, query.payout)
      return (object) =>
        (query.payout === undefined || payoutOf(context, object) === query.payout) &&
        admits(query.type, object.type) &&
        admits(query.source, object.source) &&
        admits(query.currency, object.currency)
    },
    present: presentBalanceTransaction,
  }),
]

function payoutOf({ state }: Context, { id }: Stripe.BalanceTransaction): string | null {
  return state.balance_transaction.get(id)?.payout ?? null
}

/** @throws StripeRefusal for an unknown payout and for a manual one, which Stripe does not itemise. */
function checkItemised({ state }: Context, payoutId: string): void {
  const payout = state.payout.get(payoutId)
  if (payout === undefined) throw noSuch('payout', payoutId, 'payout')
  if (payout.automatic) return
  const message = 'Balance transaction history can only be filtered on automatic transfers, not manual.'
  throw refused(undefined, message, 'payout')
}

function balance(context: Context): Stripe.Balance {
  const sums = context.settings.settlementCurrencies.map((currency) => ({
    currency,
    ...balanceOf(context, currency),
  }))
  const fundsOf = (kind: 'available' | 'pending') =>
    sums.map((sum) => ({ amount: sum[kind], currency: sum.currency, source_types: { card: sum[kind] } }))
  return { object: 'balance', available: fundsOf('available'), livemode: false, pending: fundsOf('pending') }
}
