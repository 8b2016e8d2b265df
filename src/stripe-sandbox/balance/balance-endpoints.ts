import type Stripe from 'stripe'
import { z } from 'zod'
import { asked, collection } from '../api/collection.ts'
import { read } from '../api/endpoint.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { pageParams } from '../api/lists.ts'
import { text } from '../api/params.ts'
import type { Scene } from '../state.ts'
import { balanceOf, presentTransaction } from './balance-transaction.ts'
import { rowsOf } from '../table.ts'

const listSchema = z.strictObject({
  ...pageParams,
  currency: text().optional(),
  payout: text().optional(),
  source: text().optional(),
  type: text().optional(),
})

export const balanceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/v1/balance', run: (scene) => read(balance(scene)) },
  ...collection<Stripe.BalanceTransaction, z.infer<typeof listSchema>>({
    path: '/v1/balance_transactions',
    kind: 'balance_transaction',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.balance_transaction, ({ object }) => object),
    matches(query, scene) {
      if (query.payout !== undefined) checkItemised(scene, query.payout)
      return (object) =>
        (query.payout === undefined || payoutOf(scene, object) === query.payout) &&
        asked(query.type, object.type) &&
        asked(query.source, object.source) &&
        asked(query.currency, object.currency)
    },
    present: presentTransaction,
  }),
]

function payoutOf({ state }: Scene, { id }: Stripe.BalanceTransaction): string | null {
  return state.balance_transaction.get(id)?.payout ?? null
}

/** @throws StripeRefusal for a payout made by hand: Stripe does not know what it is made of. */
function checkItemised({ state }: Scene, payoutId: string): void {
  const payout = state.payout.get(payoutId)
  if (payout === undefined) throw noSuch('payout', payoutId, 'payout')
  if (payout.automatic) return
  const message = 'Balance transaction history can only be filtered on automatic transfers, not manual.'
  throw refused(undefined, message, 'payout')
}

function balance(scene: Scene): Stripe.Balance {
  const sums = scene.settings.settlementCurrencies.map((currency) => ({
    currency,
    ...balanceOf(scene, currency),
  }))
  const of = (kind: 'available' | 'pending') =>
    sums.map((sum) => ({ amount: sum[kind], currency: sum.currency, source_types: { card: sum[kind] } }))
  return { object: 'balance', available: of('available'), livemode: false, pending: of('pending') }
}
