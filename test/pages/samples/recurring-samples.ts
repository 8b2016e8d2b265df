import { recurringPage, type RecurringView } from '../../../src/pages/reader/recurring/recurring-view.ts'
import { money } from '../../../src/money/money.ts'
import type { Text } from '../../../src/text/text.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const now = new Date('2026-01-14T18:42:00Z')
const next = new Date('2026-02-14T18:42:00Z')

/** The page of a recurring gift in each of its states. */
export function recurringViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const running: RecurringView['agreement'] = {
    amount: money(1061n, currencyNamed('usd')),
    frequency: 'monthly',
    currentPeriodEnd: next,
    cancelAt: null,
    endedAt: null,
    card: { brand: 'visa', last4: '4242', expires: '2034-12' },
    openInvoiceUrl: null,
    hasOpenInvoice: false,
    isPaused: false,
    resumesAt: null,
    nextAttemptAt: null,
    articleTitle: words.title,
    customerId: 'cus_1',
  }
  const newsroom = { name: words.newsroom, email: words.email, timezone: 'America/New_York' }
  const shown = (agreement: Partial<RecurringView['agreement']>, problem: RecurringView['problem'] = null) =>
    recurringPage({
      text,
      newsroom,
      agreement: { ...running, ...agreement },
      path: '/recurring/sub_1-token',
      now,
      problem,
    })
  return {
    'recurring-gift': shown({}),
    'recurring-yearly': shown({ frequency: 'yearly' }),
    'recurring-unread': shown({
      amount: null,
      currentPeriodEnd: null,
      card: null,
      articleTitle: null,
      customerId: null,
    }),
    'recurring-failing': shown({ hasOpenInvoice: true, openInvoiceUrl: words.url, nextAttemptAt: next }),
    'recurring-given-up': shown({ hasOpenInvoice: true }),
    'recurring-not-stopped': shown({}, 'notStopped'),
    'recurring-no-card-page': shown({}, 'noCardPage'),
    'recurring-not-changed': shown({}, 'notChanged'),
    'recurring-amount-refused': shown({}, { amount: words.name, message: words.message }),
    'recurring-paused': shown({ isPaused: true, resumesAt: next }),
    'recurring-paused-by-newsroom': shown({ isPaused: true }),
    'recurring-stopped': shown({ cancelAt: next }),
    'recurring-ended': shown({ cancelAt: now, endedAt: now }),
  }
}
