import { expect } from 'vitest'
import type { Queryable } from '../../src/db/database.ts'
import { inTransaction } from '../../src/db/database.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { monthsInList } from '../../src/reconciliation/months/month-list-store.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { expectListToAgree } from './kit.ts'

const NOW = new Date('2026-04-10T12:00:00Z')
const MARCH = monthNamed('2026-03')
const FEBRUARY = monthNamed('2026-02')

/** Open items as the fold keeps them, which Stripe’s balance has shown and no event. */
const open = (db: Queryable, name: string, day: string, types: readonly string[], count: number) =>
  db.query(
    `insert into ledger_open_items (ledger_account, object, currency, balance_minor, written_off_minor, first_on, last_movement_at, types)
     select 'stripe_clearing', $1 || n, 'usd', -100, 0, $2, $2::date::timestamptz, $3 from generate_series(1, $4::int) n`,
    [name, day, types, count],
  )

test('of more open items than anybody explains the oldest are listed, and the others are one difference', async ({
  pool,
}) => {
  while (await inTransaction(pool, (tx) => foldLedger(tx, NOW)));
  for (const name of ['balance_transactions', 'payouts', 'events'] as const)
    await completeSync(pool, name, NOW, NOW)
  await open(pool, 'pi_march', '2026-03-20', ['charge'], 1_001)
  await open(pool, 'pi_old', '2026-03-02', ['charge'], 1)
  await open(pool, 'txn_fee', '2026-03-25', ['new_fee'], 3)
  await open(pool, 'pi_february', '2026-02-20', ['charge'], 2)
  const differencesOf = async () =>
    (await reconcile(pool, MARCH, NOW)).differences.map(({ object, kind, amountMinor }) => ({
      object,
      kind,
      amountMinor,
    }))
  const listed = await differencesOf()
  expect(listed).toHaveLength(1_004)
  expect(listed).toContainEqual({ object: 'pi_old1', kind: 'missing_here', amountMinor: -100n })
  expect(listed.filter(({ object }) => object.startsWith('txn_'))).toHaveLength(3)
  expect(listed.at(-1)).toEqual({ object: '2 further objects', kind: 'missing_here', amountMinor: 200n })
  await expectListToAgree(pool, [MARCH, FEBRUARY], NOW)
  const counted = (await monthsInList(pool, [MARCH, FEBRUARY], NOW)).map(({ unexplained }) => unexplained)
  expect(counted).toEqual([1_005, 2])

  // What is signed off stays on its page and makes room for the next.
  await pool.query(
    `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
     values ('2026-03', 'pi_old1', 'missing_here', 'usd', -100, 'a gift by post', 'ann@courier.example', $1)`,
    [NOW],
  )
  const { differences, accepted } = await reconcile(pool, MARCH, NOW)
  expect(accepted.map(({ difference }) => difference.object)).toEqual(['pi_old1'])
  expect(differences).toHaveLength(1_004)
  expect(differences.at(-1)).toMatchObject({ object: '1 further objects' })
})
