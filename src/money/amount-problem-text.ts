import { displayNames } from '../text/display-names.ts'
import type { Text } from '../text/text.ts'
import { currencyInfo, type CurrencyCode } from './currency.ts'
import { formatMoney, type AmountProblem, type UnreadableAmount } from './money.ts'
import type { TypedAmountProblem } from './typed-amount.ts'

/** A sentence for the person who typed the amount. */
export function amountProblemText(
  found: AmountProblem | UnreadableAmount | TypedAmountProblem,
  currency: CurrencyCode,
  text: Text,
): string {
  const code = currency.toUpperCase()
  if (found.problem === 'otherCurrency') {
    const names = displayNames(text.language, 'currency')
    const typed = found.typed.toUpperCase()
    const values = { currency: names.of(code) ?? code, typed: names.of(typed) ?? typed }
    return text.amount('otherCurrency', values)
  }
  return text.amount(found.problem, {
    currency: code,
    decimals: currencyInfo(currency).minorDigits,
    limit: 'limit' in found ? formatMoney(found.limit, text.locale) : '',
  })
}
