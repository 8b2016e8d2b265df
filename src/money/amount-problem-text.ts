import type { Text } from '../text/text.ts'
import { currencyInfo, type CurrencyCode } from './currency.ts'
import { formatMoney, type AmountProblem, type UnreadableAmount } from './money.ts'

/** A sentence for the person who typed the amount. */
export function amountProblemText(
  found: AmountProblem | UnreadableAmount,
  currency: CurrencyCode,
  text: Text,
): string {
  return text.amount(found.problem, {
    currency: currency.toUpperCase(),
    decimals: currencyInfo(currency).minorDigits,
    limit: 'limit' in found ? formatMoney(found.limit, text.language) : '',
  })
}
