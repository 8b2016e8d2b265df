import type pg from 'pg'
import { expect } from 'vitest'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { explainOtherActivity } from '../../src/reconciliation/explanations/explain.ts'
import { monthRecord, reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { payoutById } from '../../src/settlement/payouts/payout-store.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { verify } from '../../src/verification/verify.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { ownership } from '../kit/marks.ts'
import { monthNamed } from '../kit/named.ts'
import { applyAll, processing, profile, selectAll } from '../kit/processing.ts'
import { DAY_MS, debitedGift, forward, paidGift, recurring, sdk } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { deliver, ourGift } from '../sync/event-sync-kit.ts'
import {
  account,
  completeEventSync,
  expectListToAgree,
  offBalance,
  stripeListsOf,
  syncBalance,
  syncDepsOf,
} from './kit.ts'
import { operator } from '../kit/admin.ts'

const november = monthNamed('2026-11')
const BY = 'finance@news.example'

/** A shop and a membership on the newsroom's Stripe account, beside gifts. */
async function sharedAccount(pool: pg.Pool) {
  const box = await sandboxForTest()
  await ourGift(pool, box, 'card', { amount: 4000 })
  const monthly = await ourGift(pool, box, 'card', { amount: 700, monthly: true })
  const sale = await paidGift(box, 5000)
  await paidGift(box, 2500)
  await paidGift(box, 3000, 'eur')
  await box.refund(sale, { amount: 1200 })
  await box.closeDispute(await box.dispute(await paidGift(box, 900)), 'lost')
  const { id } = await sdk(box).checkout.sessions.create(recurring({}, 1500))
  await box.pay(id, 'card')
  await forward(box, 2 * DAY_MS)
  return { box, monthly, membership: String(box.state().session.get(id)?.object.subscription) }
}

async function read(pool: pg.Pool, box: Sandbox): Promise<void> {
  await completeEventSync(pool, box.now())
  await syncBalance(syncDepsOf(pool, box))
}

const findingsOf = async (pool: pg.Pool, box: Sandbox) =>
  (await verify({ pool, lists: stripeListsOf(box), timezone: profile.timezone, ownership })).findings
const sum = (rows: readonly { readonly net: number }[]) => rows.reduce((total, { net }) => total + net, 0)

test('shows what other programs moved by kind and product, as one difference for each currency', async ({
  pool,
}) => {
  const { box } = await sharedAccount(pool)
  await deliver(pool, box)
  await read(pool, box)
  const { otherActivity, differences } = await monthRecord(pool, november, box.now()).then(
    ({ record }) => record ?? expect.unreachable(),
  )
  const { movements } = otherActivity
  expect(movements.map(({ type, currency, count, gross }) => [type, currency, count, gross])).toEqual([
    ['adjustment', 'usd', 1, -900],
    ['charge', 'usd', 1, 1500],
    ['charge', 'usd', 4, expect.any(Number)],
    ['refund', 'usd', 1, -1200],
  ])
  expect(movements.map(({ product }) => product)).toEqual([null, expect.stringMatching(/^prod_/), null, null])
  for (const { gross, fee, net } of movements) expect(net).toBe(gross - fee)
  expect(differences.filter(({ explained }) => !explained)).toEqual([
    expect.objectContaining({ kind: 'other_activity', currency: 'usd', amount: sum(movements) }),
  ])
  // Stripe's balance is whole: what is not ours stands in an account of its own, with its fees.
  expect(await account(pool, 'stripe_clearing')).toEqual({})
  expect(await account(pool, 'fx')).toEqual({})
  expect(await account(pool, 'other_programs')).toEqual({ usd: BigInt(-sum(movements)) })
  expect(await offBalance(pool)).toEqual([])
  expect(await findingsOf(pool, box)).toEqual([])
})

test('leaves their fees out of ours although what they moved was undone before it was read', async ({
  pool,
}) => {
  const box = await sandboxForTest()
  await ourGift(pool, box, 'card', { amount: 4000 })
  await box.closeDispute(await box.dispute(await paidGift(box, 900)), 'won')
  await box.refund(await paidGift(box, 3000, 'eur'), { amount: 1000, outcome: 'fails after success' })
  await box.returnBankDebit(await debitedGift(box, 2200))
  await forward(box, 9 * DAY_MS)
  await deliver(pool, box)
  await read(pool, box)
  const [own] = await selectAll(
    pool,
    `select b.fee_minor from balance_transactions b join donations d using (payment_intent_id)`,
  )
  expect(await account(pool, 'stripe_fees')).toEqual({ usd: own?.['fee_minor'] })
  expect(await account(pool, 'fx')).toEqual({})
  expect(await account(pool, 'stripe_clearing')).toEqual({})
  expect(await findingsOf(pool, box)).toEqual([])
})

test('keeps what other programs took apart from the gifts of a payout', async ({ pool }) => {
  const { box } = await sharedAccount(pool)
  await deliver(pool, box)
  await read(pool, box)
  await forward(box, 9 * DAY_MS)
  await read(pool, box)
  const [payout] = await selectAll(pool, `select id from payouts where itemisation = 'complete' order by id`)
  const { parts = [] } = (await payoutById(pool, String(payout?.['id']), { limit: 100 })) ?? {}
  const named = Object.fromEntries(parts.map(({ kind, amount }) => [kind, amount]))
  expect(named['gifts']).toBe(4700)
  expect(Object.keys(named)).toContain('other_programs')
})

test('explains it by one rule, which can be taken back and leaves closed months as they were', async ({
  pool,
}) => {
  const { box } = await sharedAccount(pool)
  await deliver(pool, box)
  await forward(box, 40 * DAY_MS)
  await deliver(pool, box)
  await read(pool, box)
  const deps = { pool, timezone: profile.timezone, now: () => box.now() }
  await expect(closeMonth(deps, november, operator(BY))).rejects.toThrow('other_programs (other_activity)')
  await explainOtherActivity(deps, { isExplained: true, by: operator(BY) })
  await closeMonth(deps, november, operator(BY))
  await forward(box, DAY_MS)
  await explainOtherActivity(deps, { isExplained: false, by: operator(BY) })
  const kinds = async (month: string) =>
    (await reconcile(pool, monthNamed(month), box.now())).differences.map(({ kind }) => kind)
  await expectListToAgree(pool, [monthNamed('2026-12'), november], box.now())
  expect(await kinds('2026-11')).not.toContain('other_activity')
  expect(await kinds('2026-12')).toContain('other_activity')
  const { record } = await monthRecord(pool, november, box.now())
  expect(record?.otherActivity).toMatchObject({ explained: true, decidedBy: BY })
  await expect(pool.query('delete from others_activity_rules')).rejects.toThrow('others_activity_rules')
})

test('never takes a gift of ours whose events were lost for another program’s', async ({ pool }) => {
  const { box } = await sharedAccount(pool)
  await read(pool, box)
  const { differences } = await reconcile(pool, november, box.now())
  // The charge of the single gift bears our mark. The renewal's does not, and nothing else is known of it.
  expect(differences.filter(({ kind }) => kind === 'missing_here')).toMatchObject([{ amountMinor: -4000n }])
})

test('gives back what turns out to be ours, and everything agrees', async ({ pool }) => {
  const { box, membership } = await sharedAccount(pool)
  await deliver(pool, box)
  await read(pool, box)
  const [item] = (await sdk(box).subscriptions.retrieve(membership)).items.data
  const deps = {
    ...processing,
    now: () => box.now(),
    ownership: { ...ownership, donationProducts: new Set([String(item?.price.product)]) },
  }
  await pool.query(`update inbox_states set outcome = 'pending' where outcome = 'ignored'`)
  await applyAll(pool, deps)
  await read(pool, box)
  await read(pool, box)
  expect(await selectAll(pool, `select gross_minor::int as gross from donations order by 1`)).toEqual([
    { gross: 700 },
    { gross: 1500 },
    { gross: 4000 },
  ])
  expect(await account(pool, 'stripe_clearing')).toEqual({})
  const { otherPrograms } = await reconcile(pool, november, box.now())
  expect(otherPrograms.movements.every(({ product: named }) => named === null)).toBe(true)
  const verified = await verify({
    pool,
    lists: stripeListsOf(box),
    timezone: profile.timezone,
    ownership: deps.ownership,
  })
  expect(verified.findings).toEqual([])
})
