import type { FieldProblem } from '../../http/refusal.ts'
import { type CurrencyCode, parseCurrency } from '../../money/currency.ts'
import { money, parseDecimal, toDecimalString, type Money } from '../../money/money.ts'
import type { DonateProblem, DonateValues } from './donate-view.ts'

/** The form as it came: what to show again, and the same in the shape of the JSON body. */
export type PostedForm = {
  readonly values: DonateValues
  readonly request: unknown
  /** What is wrong with the amount as it was typed; then the request has none. */
  readonly typed: DonateProblem | null
}

/** @param currency the posted one, or the newsroom's first when that is none of its own */
export function readForm(form: URLSearchParams, currency: CurrencyCode, locale: string): PostedForm {
  const values: DonateValues = {
    amount: form.get('amount') ?? '',
    ownAmount: form.get('ownAmount') ?? '',
    frequency: form.get('frequency') ?? 'once',
    message: form.get('message') ?? '',
    anonymous: form.get('anonymous') === 'yes',
    newsletter: form.get('newsletter') === 'yes',
  }
  const amount = chosenAmount(values, currency)
  const request = {
    ...('minor' in amount ? { amount: Number(amount.minor) } : {}),
    currency: form.get('currency') ?? currency,
    frequency: values.frequency,
    article: { url: form.get('article') || undefined, title: form.get('articleTitle') || undefined },
    campaign: {
      source: form.get('campaignSource') || undefined,
      medium: form.get('campaignMedium') || undefined,
      name: form.get('campaignName') || undefined,
    },
    message: values.message,
    anonymous: values.anonymous,
    newsletter: values.newsletter,
    locale,
  }
  return { values, request, typed: 'minor' in amount ? null : amount }
}

/** The problems of the JSON shape, at the controls they come from. */
export function formProblems(problems: readonly FieldProblem[], form: PostedForm): DonateProblem[] {
  const others = problems
    .filter(({ pointer }) => form.typed === null || pointer !== '/amount')
    .map(({ pointer, message }): DonateProblem => {
      switch (pointer) {
        case '/amount':
          return { fieldId: form.values.amount === 'other' ? 'ownAmount' : 'amount', message }
        case '/currency':
          return {
            fieldId: 'currency',
            message: 'This currency cannot be given here. Please choose another.',
          }
        case '/frequency':
          return { fieldId: 'frequency', message: 'Please choose how often you want to give.' }
        case '/message':
          return { fieldId: 'message', message: `The message ${message}.` }
        default:
          return { fieldId: 'form', message: `${pointer.slice(1)} ${message}.` }
      }
    })
  return form.typed === null ? others : [form.typed, ...others]
}

/** What `GET /donate?amount=500&frequency=monthly` (minor units) has chosen already. */
export function prefilled(
  amount: string | null,
  frequency: string | null,
  currency: CurrencyCode,
  suggested: readonly Money[],
): DonateValues {
  const minor = amount !== null && /^\d{1,12}$/.test(amount) ? BigInt(amount) : null
  const none = {
    ownAmount: '',
    frequency: frequency === 'monthly' || frequency === 'yearly' ? frequency : 'once',
    message: '',
    anonymous: false,
    newsletter: false,
  }
  if (minor === null || minor === 0n) return { amount: '', ...none }
  if (suggested.some((one) => one.minor === minor)) return { amount: String(minor), ...none }
  return { ...none, amount: 'other', ownAmount: toDecimalString(money(minor, currency)) }
}

/** The currency asked for, if the newsroom takes it; otherwise its first. */
export function offeredCurrency(asked: string | null, offered: readonly CurrencyCode[]): CurrencyCode {
  const code = asked === null ? null : parseCurrency(asked)
  const currency = code !== null && offered.includes(code) ? code : offered[0]
  if (currency === undefined) throw new Error('the newsroom offers no currency')
  return currency
}

function chosenAmount(values: DonateValues, currency: CurrencyCode): Money | DonateProblem {
  if (values.amount === 'other') {
    if (values.ownAmount.trim() === '') return { fieldId: 'ownAmount', message: 'Please type an amount.' }
    const read = parseDecimal(values.ownAmount, currency)
    return 'minor' in read ? read : { fieldId: 'ownAmount', message: read.problem }
  }
  if (/^\d{1,12}$/.test(values.amount)) return money(BigInt(values.amount), currency)
  return { fieldId: 'amount', message: 'Please choose an amount.' }
}
