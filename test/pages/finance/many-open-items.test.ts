import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { inTransaction } from '../../../src/db/database.ts'
import { foldLedger } from '../../../src/ledger/ledger-fold-store.ts'
import { postToLedger } from '../../../src/ledger/ledger-store.ts'
import { closeMonth, signOff } from '../../../src/reconciliation/months/close-month.ts'
import { completeSync } from '../../../src/sync/sync-state-store.ts'
import { rowsIn } from '../../exports/csv-rows.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, type FinanceService } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { currencyNamed, dayNamed, monthNamed } from '../../kit/named.ts'

/** The tests of this file follow one newsroom through a closing: each one builds on those before it. */

const NOW = new Date('2026-04-10T12:00:00Z')
const MARCH = '/finance/months/2026-03'
const FILE = '/finance/exports/reconciling-items?'

/** A gift of February that Stripe does not know, and more bank debits of February and charges of March than a page lists. */
const test = financeTest
  .extend('books', { scope: 'file', auto: true }, async ({ db, service }) => {
    const { pool } = db.database
    service.now = NOW
    const usd = currencyNamed('usd')
    await inTransaction(pool, (tx) =>
      postToLedger(
        tx,
        [
          {
            id: randomUUID(),
            source: 'evt_february',
            effect: 'donation_succeeded',
            clears: 'pi_february',
            donationId: null,
            occurredAt: new Date('2026-02-20T12:00:00Z'),
            day: { bookedOn: dayNamed('2026-02-20'), period: null },
            entries: [
              { account: 'stripe_clearing', amount: { minor: 700n, currency: usd } },
              { account: 'donations', amount: { minor: -700n, currency: usd } },
            ],
          },
        ],
        NOW,
      ),
    )
    while (await inTransaction(pool, (tx) => foldLedger(tx, NOW)));
    await pool.query(
      `insert into ledger_open_items (ledger_account, object, currency, balance_minor, written_off_minor, first_on, last_movement_at, types)
       select 'stripe_clearing', 'pi_march' || n, 'usd', -100, 0, '2026-03-20'::date, '2026-03-20'::timestamptz, '{charge}'::text[]
       from generate_series(1, 1002) n
       union all select 'stripe_clearing', 'pi_debit' || n, 'usd', -100, 0, '2026-02-21', '2026-04-01', '{payment}'
       from generate_series(1, 1001) n`,
    )
    for (const name of ['balance_transactions', 'payouts', 'events', 'objects'] as const)
      await completeSync(pool, name, NOW, NOW)
  })
  .extend('cookies', { scope: 'file' }, async ({ db, service }) => {
    const { knex } = db.database
    const token = await signInToken(knex, await hireStaff(knex, 'finance'), service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })

type Cookies = Record<string, string>

async function pageAt(service: FinanceService, cookies: Cookies, path: string): Promise<string> {
  const answer = await service.get(path, cookies)
  expect([path, answer.status]).toEqual([path, 200])
  return (await answer.text()).replaceAll(/\s+/g, ' ')
}

const linksTo = (page: string) =>
  [...page.matchAll(/href="([^"]*reconciling-items[^"]*)"/g)].map(([, url]) => url?.replaceAll('&amp;', '&'))

test('a month says how many items it does not list, and leads to the file that has them all', async ({
  service,
  cookies,
}) => {
  const march = await pageAt(service, cookies, MARCH)
  // The checklist, the group's heading, the list of months and the trial closing count the same.
  expect(march).toMatch(/1,002 items need an explanation/)
  expect(march).toContain('<span class="quiet">1,002 items</span>')
  expect(await pageAt(service, cookies, '/finance/months')).toContain('1,002 items')
  expect(await pageAt(service, cookies, `${MARCH}/trial-close`)).toContain('1,002 items')
  expect(march).toContain('And 2 more of this kind, $2.00, that are not listed here.')
  expect(march).toContain('Show 1,000 items that are listed')
  expect(march).not.toContain('further objects')
  const csv = `${FILE}from=2026-03-01&to=2026-03-31&format=csv`
  // Once for all that is open, and once for the kind that is not listed whole.
  expect(linksTo(march)).toEqual([csv, csv.replace('csv', 'xlsx'), csv])
  const rows = await rowsIn(await service.get(csv, cookies))
  expect(rows).toHaveLength(1_002)
  expect(new Set(rows.map((row) => row['Kind']))).toEqual(new Set(['missing_here']))

  const last = await pageAt(service, cookies, `${MARCH}/items/missing_here?page=21`)
  expect(last).toContain('2 further items, not listed one by one')
  expect(last).toContain('Accept all 1,002 items')
  expect(linksTo(last)).toEqual([csv])
  const printed = await pageAt(service, cookies, `${MARCH}/print`)
  expect(printed).toContain('And 2 more of this kind, $2.00, that are not listed here.')
  expect(linksTo(printed)).toEqual([])
})

test('the first open month leads to what earlier months left open, and a closed one to what is open now', async ({
  db,
  service,
  cookies,
}) => {
  const { pool } = db.database
  const february = monthNamed('2026-02')
  const open = await pageAt(service, cookies, '/finance/months/2026-02')
  const notListed = 'And 1 more of this kind, $1.00, that is not listed here.'
  expect(open).toContain(notListed)
  expect(linksTo(open)).toHaveLength(3)
  const closing = { pool, timezone: 'America/New_York', now: () => NOW }
  const by = { kind: 'service' } as const
  const item = { month: february, object: 'pi_february', kind: 'missing_at_stripe' }
  await signOff(closing, { ...item, reason: 'The gift came as a cheque.', by })
  await closeMonth(closing, february, by)
  const closed = await pageAt(service, cookies, '/finance/months/2026-02')
  expect(closed).toContain('Of its items these are open in the clearing account now:')
  const days = `${FILE}from=2026-02-01&to=2026-02-28`
  // What it does not list is of its closing, and no file of today has just that.
  expect(closed).toContain(notListed)
  expect(linksTo(closed)).toEqual([`${days}&format=csv`, `${days}&format=xlsx`])
  const [url = ''] = linksTo(await pageAt(service, cookies, MARCH))
  expect(url).toBe(`${FILE}to=2026-03-31&format=csv`)
  const rows = await rowsIn(await service.get(url, cookies))
  expect(rows).toHaveLength(2_004)
  expect(rows[0]).toMatchObject({
    'Stripe object': 'pi_february',
    State: 'accepted exception',
    'Accepted in': '2026-02',
  })
})
