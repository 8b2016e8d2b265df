import type { FieldProblem } from '../../../http/refusal.ts'
import { currencyInfo, parseCurrency, type CurrencyCode } from '../../../money/currency.ts'
import { amountProblemText } from '../../../money/amount-problem-text.ts'
import { money, toDecimalString, type Money } from '../../../money/money.ts'
import { readTypedAmount } from '../../../money/typed-amount.ts'
import type { Frequency } from '../../../checkout/attribution.ts'
import { LONGEST_MESSAGE } from '../../../checkout/checkout-request.ts'
import type { Checkout } from '../../../checkout/checkout.ts'
import type { Text } from '../../../text/text.ts'
import type { DonateProblem, DonateValues } from './donate-options-view.ts'

/** What the newsroom offers on the form. */
export type OnOffer = {
  /** The one that is shown without asking comes first. */
  readonly currencies: readonly CurrencyCode[]
  /** The one that is chosen before the reader chooses comes first. */
  readonly frequencies: readonly Frequency[]
  /** Smallest first. */
  readonly suggestedIn: (currency: CurrencyCode) => readonly Money[]
}

/** The posted form, as values to show again and in the shape of `POST /checkout-sessions`' JSON body. */
export type PostedForm = {
  readonly values: DonateValues
  readonly request: unknown
  /** The problem of the typed amount; with one, the request has no amount. */
  readonly amountProblem: DonateProblem | null
  /** The currency in which the form is shown again. */
  readonly currency: CurrencyCode
  /**
   * The reader chose another currency than the amounts were shown in: the form is shown again in that currency, because
   * nothing is charged that was not shown.
   */
  readonly isOtherCurrency: boolean
}

export function readForm(form: URLSearchParams, offer: OnOffer, locale: string, text: Text): PostedForm {
  const shown = form.get('shownCurrency')
  const posted = form.get('currency') ?? shown ?? offeredCurrency(null, offer)
  const currency = offeredCurrency(posted, offer)
  const isOtherCurrency = shown !== null && posted !== shown
  const [first = 'once'] = offer.frequencies
  const typed = form.get('amount') ?? ''
  const values: DonateValues = {
    amount: isOtherCurrency ? samePlace(typed, offeredCurrency(shown, offer), currency, offer) : typed,
    ownAmount: form.get('ownAmount') ?? '',
    frequency: form.get('frequency') ?? first,
    coverFees: form.has('coverFees'),
    newsletter: form.has('newsletter'),
    remind: form.has('remind'),
    remindEmail: form.get('remindEmail') ?? '',
    message: form.get('message') ?? '',
  }
  const amount = chosenAmount(values, currency, locale, text)
  const request = {
    ...('minor' in amount ? { amount: Number(amount.minor) } : {}),
    currency: posted,
    frequency: values.frequency,
    ...(values.coverFees ? { coverFees: true } : {}),
    ...(values.newsletter ? { newsletter: true } : {}),
    article: { url: form.get('article') || undefined, title: form.get('articleTitle') || undefined },
    campaign: {
      source: form.get('campaignSource') || undefined,
      medium: form.get('campaignMedium') || undefined,
      name: form.get('campaignName') || undefined,
    },
    message: values.message,
    locale,
  }
  return { values, request, currency, isOtherCurrency, amountProblem: 'minor' in amount ? null : amount }
}

/** The problems of the JSON body, each at the form's control that it comes from. */
export function formProblems(
  problems: readonly FieldProblem[],
  form: PostedForm,
  text: Text,
): DonateProblem[] {
  const t = text.reader
  const others = problems
    .filter(({ pointer }) => form.amountProblem === null || pointer !== '/amount')
    .map(({ pointer, message }): DonateProblem => {
      switch (pointer) {
        case '/amount':
          return { fieldId: form.values.amount === 'other' ? 'ownAmount' : 'amount', message }
        case '/currency':
          return { fieldId: 'currency', message: t('donate.problem.currency') }
        case '/frequency':
          return { fieldId: 'frequency', message: t('donate.problem.frequency') }
        case '/coverFees':
          return { fieldId: 'coverFees', message: t('donate.problem.coverFees') }
        case '/message':
          return { fieldId: 'message', message: t('donate.problem.message', { most: LONGEST_MESSAGE }) }
        default:
          return {
            fieldId: 'form',
            message: t('donate.problem.other'),
          }
      }
    })
  return form.amountProblem === null ? others : [form.amountProblem, ...others]
}

/**
 * The form's values for `GET /donate?amount=500&currency=usd&frequency=monthly` (minor units). An amount is chosen in any
 * case: the one that is asked for, unless it is of a currency that the newsroom does not take, or a modest one.
 */
export function prefilled(query: URLSearchParams, offer: OnOffer, locale: string): DonateValues {
  const currency = offeredCurrency(query.get('currency'), offer)
  const isAsked = query.get('currency') === null || parseCurrency(query.get('currency') ?? '') === currency
  const amount = isAsked ? (query.get('amount') ?? '') : ''
  const minor = /^\d{1,12}$/.test(amount) ? BigInt(amount) : 0n
  const [first = 'once'] = offer.frequencies
  const rest = {
    ownAmount: '',
    frequency: offer.frequencies.find((one) => one === query.get('frequency')) ?? first,
    coverFees: query.get('coverFees') === 'true',
    message: '',
  }
  const suggested = offer.suggestedIn(currency)
  if (minor === 0n) return { ...rest, amount: modest(suggested) }
  if (suggested.some((one) => one.minor === minor)) return { ...rest, amount: String(minor) }
  return { ...rest, amount: 'other', ownAmount: typedText(money(minor, currency), locale) }
}

/** The fields of an earlier checkout that was not paid, for `GET /donate?again=…`: the reader need not fill them in again. */
export function fieldsOf(checkout: Checkout): URLSearchParams {
  const { amount, frequency, coveredFeeMinor, article, campaign, locale } = checkout
  const fields = new URLSearchParams({ amount: String(amount.minor), currency: amount.currency, frequency })
  const optional = {
    lang: locale,
    coverFees: coveredFeeMinor === null ? null : 'true',
    article: article.url,
    articleTitle: article.title,
    campaignSource: campaign.source,
    campaignMedium: campaign.medium,
    campaignName: campaign.name,
  }
  for (const [name, value] of Object.entries(optional)) if (value !== null) fields.set(name, value)
  return fields
}

/** The requested currency where the newsroom takes it, otherwise the newsroom's first. */
export function offeredCurrency(
  requested: string | null,
  { currencies }: Pick<OnOffer, 'currencies'>,
): CurrencyCode {
  const code = requested === null ? null : parseCurrency(requested)
  const currency = code !== null && currencies.includes(code) ? code : currencies[0]
  if (currency === undefined) throw new Error('the newsroom offers no currency')
  return currency
}

/** The second smallest of four suggestions; `other` where there is none to choose. */
function modest(suggested: readonly Money[]): string {
  const at = Math.floor((suggested.length - 1) / 2)
  return String(suggested[at]?.minor ?? 'other')
}

/** A suggested amount of another currency is no amount of this one: the one in the same place stands for it. */
function samePlace(amount: string, from: CurrencyCode, to: CurrencyCode, offer: OnOffer): string {
  if (amount === 'other') return amount
  const place = offer.suggestedIn(from).findIndex(({ minor }) => String(minor) === amount)
  const suggested = offer.suggestedIn(to)
  return String(suggested[place]?.minor ?? modest(suggested))
}

/** As a reader of the locale would type it, so that it can be read again. */
function typedText(amount: Money, locale: string): string {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5)
  return toDecimalString(amount).replace('.', parts.find(({ type }) => type === 'decimal')?.value ?? '.')
}

function chosenAmount(
  values: DonateValues,
  currency: CurrencyCode,
  locale: string,
  text: Text,
): Money | DonateProblem {
  if (values.amount === 'other') {
    if (values.ownAmount.trim() === '')
      return { fieldId: 'ownAmount', message: text.reader('donate.problem.ownAmount') }
    const read = readTypedAmount(values.ownAmount, currencyInfo(currency), locale)
    if ('minor' in read) return money(read.minor, currency)
    return { fieldId: 'ownAmount', message: amountProblemText(read, currency, text) }
  }
  if (/^\d{1,12}$/.test(values.amount)) return money(BigInt(values.amount), currency)
  return { fieldId: 'amount', message: text.reader('donate.problem.amount') }
}
