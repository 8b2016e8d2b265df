/** Why an amount cannot be taken, for the reader who typed it; on the service's pages and in the widget. */
export const amount = {
  missing: 'Please type an amount.',
  unreadable: 'Write the amount in digits, such as 5 or 5.00.',
  ambiguous: 'It is not clear where the decimals begin. Write 1000 for a thousand, 1.00 for one.',
  /** Both are names: US Dollar, British Pound. */
  otherCurrency: 'This form takes amounts in {{currency}}, and you wrote {{typed}}.',
  noDecimals: '{{currency}} has no decimals.',
  tooManyDecimals: '{{currency}} has at most {{decimals}} decimals.',
  notPositive: 'The amount must be greater than zero.',
  tooSmall: 'The smallest amount is {{limit}}.',
  /** Stripe refused it, and no limit is known. */
  refusedTooSmall: 'This amount is too small.',
  currencyRefused: 'We cannot take {{currency}} at the moment. Please choose another currency.',
  tooLarge: 'The largest amount is {{limit}}.',
  notAMultiple: 'In {{currency}} the amount must be a multiple of {{limit}}.',
  /** So many digits that no currency has such an amount, and a browser no longer counts exactly; or Stripe refused it. */
  tooManyDigits: 'This amount is too large.',
} as const
