import { describe, expect, it } from 'vitest'
import { changeNotices, owedNotices } from '../../src/subscriptions/agreement-notices.ts'
import { money } from '../../src/money/money.ts'
import type { FormerTerms, SubscriptionState } from '../../src/subscriptions/subscription.ts'
import { currencyNamed } from '../kit/named.ts'

const now = new Date('2026-11-28T12:00:00Z')
const daysAway = (days: number) => new Date(now.getTime() + days * 86_400_000)

const running: SubscriptionState = {
  status: 'active',
  amount: null,
  frequency: 'yearly',
  startedAt: daysAway(-300),
  currentPeriodEnd: daysAway(20),
  cancelAt: null,
  endedAt: null,
  endReason: null,
  canceledAt: null,
  card: { brand: 'visa', last4: '4242', expires: '2034-12' },
  openInvoice: null,
  newerCard: null,
}
const openInvoice = { id: 'in_1', createdAt: daysAway(-2), url: null, nextAttemptAt: daysAway(1) }
const owed = (state: Partial<SubscriptionState>, reminderDays: number | null = null) =>
  owedNotices({ ...running, ...state }, now, reminderDays).map(({ kind, occasion }) => `${kind} ${occasion}`)

describe('what is owed to the donor of a recurring gift', () => {
  it('is nothing while all is well', () => {
    expect(owed({})).toEqual([])
  })

  it('is a mail about a failed payment for each invoice that is open, and not for an old one', () => {
    expect(owed({ status: 'past_due', openInvoice })).toEqual(['recurring_failed in_1'])
    expect(owed({ status: 'unpaid', openInvoice: { ...openInvoice, createdAt: daysAway(-61) } })).toEqual([])
    expect(owed({ status: 'past_due' })).toEqual([])
    expect(owed({ openInvoice })).toEqual([])
  })

  it('is a warning when the card will have expired at the next payment, three weeks before that at the earliest', () => {
    const card = { brand: 'visa', last4: '4242', expires: '2026-11' }
    expect(owed({ card })).toEqual(['recurring_card_expires 2026-11-4242'])
    expect(owed({ card: { ...card, expires: '2026-12' } })).toEqual([])
    expect(owed({ card, currentPeriodEnd: daysAway(22) })).toEqual([])
    expect(owed({ card, currentPeriodEnd: daysAway(-1) })).toEqual([])
    expect(owed({ card: null })).toEqual([])
  })

  it('is word of an end once it is decided, and nothing of one that is a week old', () => {
    const canceledAt = daysAway(-1)
    const seconds = canceledAt.getTime() / 1000
    expect(owed({ cancelAt: daysAway(20), canceledAt })).toEqual([`recurring_stopped ${seconds}`])
    // The same occasion when the paid period is over.
    expect(owed({ status: 'canceled', endedAt: now, cancelAt: now, canceledAt })).toEqual([
      `recurring_stopped ${seconds}`,
    ])
    expect(owed({ status: 'canceled', endedAt: now, canceledAt: daysAway(-8) })).toEqual([])
  })

  it('is nothing else once an end is decided, and nothing for what never began', () => {
    const card = { brand: 'visa', last4: '4242', expires: '2026-11' }
    const ended = { status: 'canceled', endedAt: daysAway(-30), canceledAt: daysAway(-30) }
    expect(owed({ ...ended, card, openInvoice }, 30)).toEqual([])
    expect(owed({ status: 'incomplete_expired', endedAt: now, canceledAt: now })).toEqual([])
    expect(
      owed({ status: 'past_due', openInvoice, cancelAt: daysAway(9), canceledAt: daysAway(-9) }),
    ).toEqual([])
  })

  it('is a reminder before a yearly renewal, only where the newsroom wants one', () => {
    expect(owed({}, 30)).toEqual(['recurring_reminder 2026-12-18'])
    expect(owed({}, 19)).toEqual([])
    expect(owed({ frequency: 'monthly' }, 30)).toEqual([])
    expect(owed({ currentPeriodEnd: daysAway(-1) }, 30)).toEqual([])
    expect(owed({ status: 'past_due', openInvoice }, 30)).toEqual(['recurring_failed in_1'])
  })
})

describe('what a change of a recurring gift owes', () => {
  const usd = currencyNamed('usd')
  const former = { amountMinor: 500n, currency: 'usd', isPaused: false, resumesAt: null }
  const kinds = (was: Partial<FormerTerms>, is: Partial<SubscriptionState>) =>
    changeNotices({ ...former, ...was }, { ...running, amount: money(500n, usd), ...is }, now).map(
      ({ kind }) => kind,
    )
  const pause = { resumesAt: daysAway(30) }

  it('is one mail for a new amount, a pause, another end of the pause, and its end', () => {
    expect(kinds({}, {})).toEqual([])
    expect(kinds({}, { amount: money(700n, usd) })).toEqual(['recurring_changed'])
    expect(kinds({}, { pause })).toEqual(['recurring_paused'])
    expect(kinds({}, { pause: { resumesAt: null } })).toEqual(['recurring_paused'])
    expect(kinds({ isPaused: true, resumesAt: daysAway(30) }, { pause })).toEqual([])
    expect(kinds({ isPaused: true, resumesAt: daysAway(60) }, { pause })).toEqual(['recurring_paused'])
    expect(kinds({ isPaused: true }, { pause: { resumesAt: null } })).toEqual([])
    expect(kinds({ isPaused: true, resumesAt: daysAway(-1) }, {})).toEqual(['recurring_resumed'])
  })

  it('is nothing at the first reading, without an amount of Stripe’s, and once the end is decided', () => {
    expect(kinds({ amountMinor: null, currency: null }, {})).toEqual([])
    expect(kinds({}, { amount: null })).toEqual([])
    expect(kinds({ isPaused: true }, { cancelAt: daysAway(3), amount: money(700n, usd) })).toEqual([])
    expect(kinds({ isPaused: true }, { endedAt: now })).toEqual([])
  })
})
