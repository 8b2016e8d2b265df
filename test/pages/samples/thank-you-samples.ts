import {
  thankYouPage,
  type ThankYouState,
  type ThankYouView,
} from '../../../src/pages/reader/thank-you/thank-you-view.ts'
import { money } from '../../../src/money/money.ts'
import type { Text } from '../../../src/text/text.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const usd = (minor: bigint) => money(minor, currencyNamed('usd'))

/** The page after paying, in every state. */
export function thankYouViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const thanks = (state: ThankYouState, more: Partial<ThankYouView> = {}) =>
    thankYouPage({
      text,
      newsroomName: words.newsroom,
      newsroomEmail: words.email,
      purpose: null,
      gift: 'contribution',
      article: { url: words.url, title: words.title },
      newsletterUrl: 'https://harbour.example/newsletter',
      followLinks: [
        { label: words.title, url: words.url },
        { label: 'Bluesky', url: 'https://bsky.app/profile/harbour.example' },
      ],
      state,
      ...more,
    })
  const again = { checkAgainUrl: words.url, refreshing: true }
  const given = { kind: 'succeeded' as const, amount: usd(500n), receiptUrl: words.url, address: words.email }
  return {
    'thanks-succeeded': thanks(
      { ...given, monthly: { checkoutId: words.name, formUrl: words.url, nextOn: '2026-02-14' } },
      { purpose: words.message },
    ),
    'thanks-succeeded-newsletter': thanks(given, { newsletter: { sessionId: 'cs_1', isAsked: false } }),
    'thanks-succeeded-newsletter-asked': thanks(given, { newsletter: { sessionId: 'cs_1', isAsked: true } }),
    'thanks-succeeded-plain': thanks(
      { kind: 'succeeded', amount: usd(500n) },
      { article: { url: words.url }, newsletterUrl: null, followLinks: [] },
    ),
    'thanks-word': thanks(given, { word: { sessionId: 'cs_1', isSent: false, list: 'named' } }),
    'thanks-word-anonymous': thanks(given, { word: { sessionId: 'cs_1', isSent: false, list: 'anonymous' } }),
    'thanks-word-alone': thanks(given, { word: { sessionId: 'cs_1', isSent: false, list: 'off' } }),
    'thanks-word-sent': thanks(given, { word: { sessionId: 'cs_1', isSent: true, list: 'named' } }),
    'thanks-monthly': thanks({ ...given, recurring: { frequency: 'monthly', nextOn: '2026-02-14' } }),
    'thanks-yearly': thanks({
      ...given,
      recurring: { frequency: 'yearly', nextOn: '2027-01-14' },
      charged: money(473n, currencyNamed('eur')),
    }),
    'thanks-partly-refunded': thanks({ ...given, refunded: usd(200n) }),
    'thanks-refunded': thanks({ kind: 'refunded', amount: usd(500n), receiptUrl: words.url }),
    'thanks-returned': thanks({ kind: 'returned', amount: usd(500n) }),
    'thanks-cancelled': thanks({
      kind: 'cancelled',
      amount: usd(500n),
      frequency: 'monthly',
      receiptUrl: words.url,
    }),
    'thanks-processing': thanks({ kind: 'processing', amount: usd(123456789n) }),
    'thanks-confirmed': thanks({ kind: 'confirmed', amount: usd(500n), ...again }),
    'thanks-confirmed-long': thanks({ kind: 'confirmed', amount: usd(500n), ...again, refreshing: false }),
    'thanks-unsure': thanks({ kind: 'unsure', ...again, payUrl: words.url }),
    'thanks-open': thanks({ kind: 'open', payUrl: words.url, changeUrl: words.url }),
    'thanks-open-unknown': thanks({ kind: 'open', changeUrl: words.url }),
    'thanks-expired': thanks({ kind: 'expired', retryUrl: words.url }),
    'thanks-failed': thanks({ kind: 'failed', retryUrl: words.url }),
    'thanks-unknown': thanks({ kind: 'unknown', retryUrl: words.url }),
  }
}
