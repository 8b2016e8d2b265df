import type Stripe from 'stripe'
import { z } from 'zod'
import { asked, collection } from '../collection.ts'
import { read } from '../endpoint.ts'
import type { Endpoint } from '../endpoint.ts'
import { noSuch, refused } from '../errors.ts'
import { pageParams } from '../lists.ts'
import { text } from '../params.ts'
import type { Scene, TransactionRecord } from '../state.ts'
import { balanceOf, presentTransaction } from './balance-transaction.ts'

const listSchema = z.strictObject({
  ...pageParams,
  currency: text().optional(),
  payout: text().optional(),
  source: text().optional(),
  type: text().optional(),
})

/** A row as lists cut it; what is shown is made of it. */
type Row = TransactionRecord & { readonly id: string; readonly created: number }

export const balanceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/v1/balance', run: (scene) => read(balance(scene)) },
  ...collection<Row, z.infer<typeof listSchema>>({
    path: '/v1/balance_transactions',
    kind: 'balance_transaction',
    query: listSchema,
    *rows({ state }) {
      for (const record of state.balance_transaction.values()) yield rowOf(record)
    },
    get: ({ state }, id) => {
      const record = state.balance_transaction.get(id)
      return record === undefined ? undefined : rowOf(record)
    },
    matches(query, scene) {
      if (query.payout !== undefined) checkItemised(scene, query.payout)
      return ({ object, payout }) =>
        asked(query.payout, payout) &&
        asked(query.type, object.type) &&
        asked(query.source, object.source) &&
        asked(query.currency, object.currency)
    },
    present: (row, { nowMs }) => presentTransaction(row, nowMs),
  }),
]

function rowOf(record: TransactionRecord): Row {
  return { ...record, id: record.object.id, created: record.object.created }
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
