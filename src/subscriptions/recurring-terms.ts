import { amountProblemText } from '../money/amount-problem-text.ts'
import { currencyInfo, type CurrencyCode } from '../money/currency.ts'
import { amountProblem, money, type AmountLimits, type Money } from '../money/money.ts'
import { readTypedAmount } from '../money/typed-amount.ts'
import type { Text } from '../text/text.ts'

/** For how many months a donor may pause a recurring gift. */
export const PAUSES = [1, 3, 6] as const

/** The same day and time so many months later, or the last day of a shorter month. */
export function monthsLater(now: Date, months: number): Date {
  const lastDay = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months + 1, 0)).getUTCDate()
  const later = new Date(now)
  later.setUTCDate(1)
  later.setUTCMonth(now.getUTCMonth() + months)
  later.setUTCDate(Math.min(now.getUTCDate(), lastDay))
  return later
}

/** @returns the amount, or a sentence that says why it is none that may be given */
export function typedAmount(
  typed: string,
  given: {
    readonly currency: CurrencyCode
    readonly limits: AmountLimits
    readonly locale: string
    readonly text: Text
  },
): Money | string {
  const { currency, limits, locale, text } = given
  if (typed === '') return text.reader('donate.problem.ownAmount')
  const read = readTypedAmount(typed, currencyInfo(currency), locale)
  if (!('minor' in read)) return amountProblemText(read, currency, text)
  const amount = money(read.minor, currency)
  const problem = amountProblem(amount, limits)
  return problem === null ? amount : amountProblemText(problem, currency, text)
}
