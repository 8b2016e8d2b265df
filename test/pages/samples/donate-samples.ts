import type { DonateView } from '../../../src/pages/reader/donate/donate-options-view.ts'
import { donatePage } from '../../../src/pages/reader/donate/donate-view.ts'
import { frequencies } from '../../../src/checkout/attribution.ts'
import { money } from '../../../src/money/money.ts'
import { allCurrencies } from '../../../src/money/currency.ts'
import { languages } from '../../../src/text/languages.ts'
import type { Text } from '../../../src/text/text.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const usd = currencyNamed('usd')

const values = { amount: '500', ownAmount: '', frequency: 'once', coverFees: false, message: '' }

/** The form of `/donate` as it is first shown, but for what is given. */
export function donateSample(words: Words, text: Text, more: Partial<DonateView> = {}): string {
  return donatePage({
    text,
    newsroomName: words.newsroom,
    publicUrl: 'https://give.harbour.example',
    purpose: null,
    gift: 'contribution',
    currency: usd,
    currencies: [usd, currencyNamed('eur'), currencyNamed('gbp')],
    suggested: [300n, 500n, 1000n, 2500n].map((minor) => ({ amount: money(minor, usd), fee: null })),
    frequencies,
    languages,
    values,
    problems: [],
    idempotencyKey: words.name,
    messageMaxLength: 500,
    trust: words.message,
    today: '2026-01-31',
    taxLine: words.message,
    ...more,
  })
}

/** The form of `/donate`, in every state. */
export function donateViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const article = { url: words.url, title: words.title }
  const campaign = { source: words.campaign, medium: words.campaign, name: words.campaign }
  const donate = (more: Partial<DonateView> = {}) => donateSample(words, text, more)
  return {
    donate: donate({ article, campaign, purpose: words.message }),
    'donate-plain': donate({ currencies: [usd] }),
    'donate-again': donate({ article, notice: words.message, values: { ...values, message: words.message } }),
    'donate-reminder': donate({
      hasReminder: true,
      values: { ...values, remind: true, remindEmail: words.email },
      problems: [{ fieldId: 'remindEmail', message: words.message }],
    }),
    'donate-fees': donate({
      suggested: [300n, 500n, 1000n, 2500n].map((minor) => ({
        amount: money(minor, usd),
        fee: money(minor / 20n, usd),
      })),
      values: { ...values, coverFees: true, frequency: 'monthly' },
    }),
    'donate-other-amount': donate({ values: { ...values, amount: 'other', ownAmount: words.title } }),
    'donate-monthly-only': donate({ frequencies: ['monthly'], values: { ...values, frequency: 'monthly' } }),
    'donate-all-currencies': donate({ currencies: allCurrencies }),
    'donate-problems': donate({
      article,
      values: {
        amount: 'other',
        ownAmount: words.message,
        message: words.message,
        frequency: 'monthly',
        coverFees: true,
      },
      problems: [
        { fieldId: 'ownAmount', message: words.title },
        { fieldId: 'message', message: words.message },
        { fieldId: 'currency', message: words.campaign },
      ],
    }),
  }
}
