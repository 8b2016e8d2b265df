import { amountProblemText } from '../../../src/money/amount-problem-text.ts'
import { money } from '../../../src/money/money.ts'
import type { DonateProblem } from '../../../src/pages/reader/donate/donate-options-view.ts'
import { errorPage } from '../../../src/pages/reader/error-view.ts'
import { sourcePage } from '../../../src/pages/reader/source-routes.ts'
import { legalStatuses } from '../../../src/newsroom/profile.ts'
import { languages } from '../../../src/text/languages.ts'
import type { Text } from '../../../src/text/text.ts'
import { aProfile } from '../../receipts/receipt-sample.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { donateViews, donateSample } from './donate-samples.ts'
import { challengeViews } from './protection-samples.ts'
import { receiptSample, receiptViews } from './receipt-samples.ts'
import { myViews } from './my-samples.ts'
import { newsletterViews } from './newsletter-samples.ts'
import { recurringViews } from './recurring-samples.ts'
import { thankYouViews } from './thank-you-samples.ts'

/** Every page that readers see, in every state. */
export function readerViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const newsroomName = words.newsroom
  return {
    ...donateViews(words, text),
    ...thankYouViews(words, text),
    ...receiptViews(words, text),
    ...recurringViews(words, text),
    ...myViews(words, text),
    ...newsletterViews(words, text),
    ...challengeViews(words, text),
    source: sourcePage({ text, newsroom: { name: newsroomName, email: words.email } }),
    error: errorPage({ text, newsroomName, status: 500, errorId: words.name }),
    'error-detail': errorPage({
      text,
      newsroomName,
      status: 409,
      detail: words.message,
      nextLink: { url: words.url, label: words.title },
    }),
  }
}

const statuses = [400, 401, 403, 404, 409, 413, 415, 429, 500, 503]

/**
 * The sentences of the catalogue that depend on what happened: refused forms, notices, errors, and what each legal status
 * says. They differ from `readerViews` in their words alone, so they concern whoever looks at a language.
 */
export function readerSentences(words: Words, text: Text): Readonly<Record<string, string>> {
  const t = text.reader
  const newsroom = words.newsroom
  const form = (message: string): DonateProblem => ({ fieldId: 'form', message })
  const notices = [
    ...(['open', 'expired', 'failed'] as const).map((state) => t(`donate.backFrom.${state}`)),
    t('donate.currencyChanged', { currency: 'USD' }),
  ]
  const forms = [
    ...(['other', 'notNow', 'tooMany', 'pageClosed'] as const).map((key) => t(`donate.problem.${key}`)),
    ...(['givingIsOff', 'challenge', 'unverifiable'] as const).map((key) => t(`protection.${key}`)),
  ]
  const tax = { newsroom, taxId: '98-7654321', sponsor: words.name }
  return {
    'donate-refused': donateSample(words, text, {
      problems: [
        { fieldId: 'amount', message: t('donate.problem.amount') },
        { fieldId: 'currency', message: t('donate.problem.currency') },
        { fieldId: 'frequency', message: t('donate.problem.frequency') },
        { fieldId: 'coverFees', message: t('donate.problem.coverFees') },
        { fieldId: 'message', message: t('donate.problem.message', { most: 500 }) },
        ...amountProblems(text).map((message) => ({ fieldId: 'ownAmount' as const, message })),
        ...forms.map(form),
      ],
    }),
    ...Object.fromEntries(
      notices.map((notice, index) => [`donate-notice-${index}`, donateSample(words, text, { notice })]),
    ),
    ...Object.fromEntries(
      legalStatuses.flatMap((legalStatus) => [
        [
          `donate-${legalStatus}`,
          donateSample(words, text, {
            gift: legalStatus === 'for_profit' ? 'contribution' : 'donation',
            languages,
            taxLine: t(`donate.tax.${legalStatus}`, tax),
          }),
        ],
        [
          `receipt-${legalStatus}`,
          receiptSample(words, text, {
            profile: aProfile({
              name: newsroom,
              legalStatus,
              taxId: '98-7654321',
              fiscalSponsor: legalStatus === 'fiscally_sponsored' ? words.name : null,
            }),
          }),
        ],
      ]),
    ),
    ...Object.fromEntries(
      statuses.map((status) => [`error-${status}`, errorPage({ text, newsroomName: newsroom, status })]),
    ),
  }
}

/** Why an amount cannot be taken, in every kind. */
function amountProblems(text: Text): string[] {
  const usd = currencyNamed('usd')
  const limit = money(123456n, usd)
  return [
    ...(
      [
        'missing',
        'unreadable',
        'ambiguous',
        'noDecimals',
        'tooManyDecimals',
        'notPositive',
        'tooManyDigits',
      ] as const
    ).map((problem) => amountProblemText({ problem }, usd, text)),
    ...(['tooSmall', 'tooLarge', 'notAMultiple'] as const).map((problem) =>
      amountProblemText({ problem, limit }, usd, text),
    ),
    amountProblemText({ problem: 'otherCurrency', typed: currencyNamed('gbp') }, usd, text),
  ]
}
