import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Difference, DifferenceKind } from '../../src/reconciliation/items/difference.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { gift, HOUR_MS, movableClock, openSandbox, recurring, sdk } from '../kit/sandbox.ts'
import { expectListToAgree } from './kit.ts'
import { record } from './recorded.ts'
import { markedFor } from '../kit/marks.ts'

/** Stripe's ids of a gift's charge and payment. */
type Given = { readonly charge: string; readonly payment: string }

/**
 * The offline Stripe from 20 October to 20 December 2026 with everything that rightly happens to gifts. Some of it
 * crosses November's first and last day. Recorded in the middle, before the last gift settles, and at the end.
 */
export type PlayedMonth = Awaited<ReturnType<typeof play>>

/** A test in a database of its own; the file's tests share the month, which is played once. */
export const playedMonthTest = newsroomTest.extend('month', { scope: 'file' }, async () => {
  const box = await openSandbox({ clock: movableClock(new Date('2026-10-20T10:00:00Z')).now, seed: 11 })
  return play(box).finally(() => box.close())
})

async function play(box: Sandbox) {
  const until = (instant: string) => box.advanceTo(new Date(instant))
  await give(box, 900)
  const monthly = await subscribe(box)
  await box.declineRenewals(monthly, 1) // the next attempt succeeds
  await until('2026-11-01T03:59:59Z') // a second before midnight in New York
  await give(box, 950)

  await until('2026-11-02T15:00:00Z')
  const plain = await give(box, 5000)
  const other = await give(box, 5100)
  const euros = await give(box, 2500, 'eur')
  const partly = await give(box, 3000)
  const wholly = await give(box, 1000)
  const bounced = await give(box, 1200)
  const worthless = await giveThatLosesItsValue(box)
  const won = await give(box, 3100)
  const lost = await give(box, 3200)
  const lostAtOnce = await give(box, 3300)
  const inPart = await give(box, 3400)
  const asked = await give(box, 3500)
  const escalated = await give(box, 3600)
  const eurosWon = await give(box, 4100, 'eur')
  const suspected = await give(box, 3700)
  await debit(box, 4000, 'failed')
  await debit(box, 4100)
  const returned = await debit(box, 4200)
  const debitRefunded = await debit(box, 4300)

  await until('2026-11-05T15:00:00Z')
  const half = await box.refund(partly.charge, { amount: 500 })
  const quarter = await box.refund(partly.charge, { amount: 700 })
  await box.refund(wholly.charge)
  const bouncing = await box.refund(bounced.charge, { amount: 400, outcome: 'fails after success' })
  await box.refund(worthless.charge)
  await box.refund(debitRefunded.charge)
  await box.setExchangeRate('eur', '1.21')
  await box.refund(euros.charge, { amount: 800 })
  const wonDispute = await box.dispute(won.charge)
  const lostDispute = await box.dispute(lost.charge)
  await box.dispute(lostAtOnce.charge, { kind: 'lost_at_once' })
  await box.dispute(inPart.charge, { amount: 2000 })
  await box.dispute(asked.charge, { kind: 'inquiry' })
  const inquiry = await box.dispute(escalated.charge, { kind: 'inquiry' })
  const eurosDispute = await box.dispute(eurosWon.charge)
  await box.createEarlyFraudWarning(suspected.charge)

  await until('2026-11-09T15:00:00Z')
  await box.submitEvidence(wonDispute)
  await box.escalateInquiry(inquiry)
  await box.returnBankDebit(returned.charge)
  const [failing] = (await sdk(box).payouts.list({ status: 'paid' })).data
  if (!failing) throw new Error('No payout has been paid by then')
  await box.failPayout(failing.id)
  // A manual payout sends what came back, before the automatic one does at midnight.
  const manual = await sdk(box).payouts.create({ amount: 1000, currency: 'usd' })

  await until('2026-11-12T15:00:00Z')
  await box.closeDispute(wonDispute, 'won')
  await box.closeDispute(lostDispute, 'lost')
  await box.setExchangeRate('eur', '0.99')
  await box.closeDispute(eurosDispute, 'won')
  await give(box, 2200)
  const midMonth = await record(box)

  await until('2026-11-29T15:00:00Z')
  await give(box, 6000)
  const debitOfNovember = await debit(box, 4400)
  await box.refund(debitOfNovember.charge, { amount: 100 }) // pending until December
  const openDispute = await box.dispute((await give(box, 3900)).charge)
  await until('2026-12-01T04:59:59Z') // the last second of November in New York
  const lastOfNovember = await give(box, 960)
  await until('2026-12-01T05:00:00.500Z') // charged in November, settled in December
  const notSettled = await record(box)

  await until('2026-12-20T09:00:00Z')
  const end = await record(box)
  const gifts = { plain, other, won, lost, lastOfNovember }
  const returns = { half, quarter, bouncing, returned }
  const disputes = { wonDispute, lostDispute, openDispute }
  const payouts = { failed: failing.id, manual: manual.id }
  return { midMonth, notSettled, end, gifts, returns, disputes, payouts }
}

/** Differences that the month rightly has: they inform, and nothing is wrong. */
export const EXPECTED_NOTES: ReadonlySet<DifferenceKind> = new Set([
  'payout_failed',
  'payout_not_itemisable',
  'settled_later',
])

const MONTHS = ['2026-10', '2026-11', '2026-12']

/** Reconciles the three months: all differences, each with its month, and the unexplained sums of all three. */
export async function reconciled(pool: pg.Pool, at: Date) {
  // Failed events were received now, by the database's own clock.
  const now = new Date(Math.max(at.getTime(), Date.now() + 2 * HOUR_MS))
  const differences: (Difference & { month: string })[] = []
  const unexplained = new Map<string, bigint>()
  for (const name of MONTHS) {
    const month = await reconcile(pool, monthNamed(name), now)
    differences.push(...month.differences.map((difference) => ({ month: name, ...difference })))
    for (const { currency, amountMinor } of month.unexplained)
      unexplained.set(currency, (unexplained.get(currency) ?? 0n) + amountMinor)
  }
  await expectListToAgree(pool, MONTHS.map(monthNamed).toReversed(), now)
  return { differences, unexplained }
}

/** Metadata as of our own checkouts. The service books such a gift even when it does not know the checkout. */
function ourMetadata() {
  return { ...markedFor(randomUUID()), article_url: 'https://news.example/story' }
}

/** The parameters of a single gift. As the service does, they mark its payment, too. */
function ourGift(amount: number, currency = 'usd') {
  const metadata = ourMetadata()
  return gift({ metadata, payment_intent_data: { metadata } }, amount, currency)
}

async function give(box: Sandbox, amount: number, currency = 'usd'): Promise<Given> {
  const { id } = await sdk(box).checkout.sessions.create(ourGift(amount, currency))
  await box.pay(id, 'card')
  return givenBy(box, id)
}

/** Stripe accepts ¥50 while they are worth a dollar; when the reader pays, they settle to nothing. */
async function giveThatLosesItsValue(box: Sandbox): Promise<Given> {
  await box.setExchangeRate('jpy', '0.02')
  const { id } = await sdk(box).checkout.sessions.create(ourGift(50, 'jpy'))
  await box.setExchangeRate('jpy', '0.000001')
  await box.pay(id, 'card')
  return givenBy(box, id)
}

async function debit(
  box: Sandbox,
  amount: number,
  outcome: 'succeeded' | 'failed' = 'succeeded',
): Promise<Given> {
  const { id } = await sdk(box).checkout.sessions.create(ourGift(amount))
  await box.pay(id, 'bank_debit')
  await box.settleBankDebit(id, outcome)
  return givenBy(box, id)
}

async function subscribe(box: Sandbox): Promise<string> {
  const metadata = { ...ourMetadata(), frequency: 'monthly' }
  const params = recurring({ metadata, subscription_data: { metadata } }, 700)
  const { id } = await sdk(box).checkout.sessions.create(params)
  await box.pay(id, 'card')
  return String((await sdk(box).checkout.sessions.retrieve(id)).subscription)
}

function givenBy(box: Sandbox, sessionId: string): Given {
  const charge = box.chargeIdOf(sessionId) ?? ''
  return { charge, payment: String(box.state().charge.get(charge)?.payment_intent) }
}
