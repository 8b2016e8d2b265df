import type { FieldProblem } from '../../http/refusal.ts'
import { currencyInfo, parseCurrency, type CurrencyCode } from '../../money/currency.ts'
import { amountProblemText } from '../../money/amount-problem-text.ts'
import { money, toDecimalString, type Money } from '../../money/money.ts'
import { readTypedAmount } from '../../money/typed-amount.ts'
import type { Checkout } from '../../checkout/checkout.ts'
import type { Text } from '../../text/text.ts'
import type { DonateProblem, DonateValues } from './donate-view.ts'

/** The posted form, as values to show again and in the shape of `POST /checkout-sessions`' JSON body. */
export type PostedForm = {
  readonly values: DonateValues
  readonly request: unknown
  /** The problem of the typed amount; with one, the request has no amount. */
  readonly amountProblem: DonateProblem | null
  /** The reader chose another currency than the amounts were shown in: the form is shown again in that currency. */
  readonly isOtherCurrency: boolean
}

/** @param currency the posted currency, or the newsroom's first where it does not take the posted one */
export function readForm(
  form: URLSearchParams,
  currency: CurrencyCode,
  locale: string,
  text: Text,
): PostedForm {
  // A suggested amount of another currency is no amount of this one, even where the numbers are the same.
  const posted = form.get('currency') ?? currency
  const isOtherCurrency = (form.get('shownCurrency') ?? posted) !== posted
  const typed = form.get('amount') ?? ''
  const values: DonateValues = {
    amount: isOtherCurrency && typed !== 'other' ? '' : typed,
    ownAmount: form.get('ownAmount') ?? '',
    frequency: form.get('frequency') ?? 'once',
    message: form.get('message') ?? '',
  }
  const amount = chosenAmount(values, currency, locale, text)
  const request = {
    ...('minor' in amount ? { amount: Number(amount.minor) } : {}),
    currency: posted,
    frequency: values.frequency,
    article: { url: form.get('article') || undefined, title: form.get('articleTitle') || undefined },
    campaign: {
      source: form.get('campaignSource') || undefined,
      medium: form.get('campaignMedium') || undefined,
      name: form.get('campaignName') || undefined,
    },
    message: values.message,
    locale,
  }
  return { values, request, isOtherCurrency, amountProblem: 'minor' in amount ? null : amount }
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
        case '/message':
          return { fieldId: 'message', message: t('donate.problem.message', { problem: message }) }
        default:
          return {
            fieldId: 'form',
            message: t('donate.problem.other', { field: pointer.slice(1), problem: message }),
          }
      }
    })
  return form.amountProblem === null ? others : [form.amountProblem, ...others]
}

/** The form's values for `GET /donate?amount=500&frequency=monthly` (minor units). */
export function prefilled(
  amount: string | null,
  frequency: string | null,
  currency: CurrencyCode,
  suggested: readonly Money[],
): DonateValues {
  const minor = amount !== null && /^\d{1,12}$/.test(amount) ? BigInt(amount) : null
  const defaults = {
    ownAmount: '',
    frequency: frequency === 'monthly' || frequency === 'yearly' ? frequency : 'once',
    message: '',
  }
  if (minor === null || minor === 0n) return { amount: '', ...defaults }
  if (suggested.some((suggestion) => suggestion.minor === minor))
    return { amount: String(minor), ...defaults }
  return { ...defaults, amount: 'other', ownAmount: toDecimalString(money(minor, currency)) }
}

/** The fields of an earlier checkout that was not paid, for `GET /donate?again=…`: the reader need not fill them in again. */
export function fieldsOf({ amount, frequency, article, campaign, locale }: Checkout): URLSearchParams {
  const fields = new URLSearchParams({ amount: String(amount.minor), currency: amount.currency, frequency })
  const optional = {
    lang: locale,
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
export function offeredCurrency(requested: string | null, offered: readonly CurrencyCode[]): CurrencyCode {
  const code = requested === null ? null : parseCurrency(requested)
  const currency = code !== null && offered.includes(code) ? code : offered[0]
  if (currency === undefined) throw new Error('the newsroom offers no currency')
  return currency
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
