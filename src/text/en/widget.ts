/**
 * The widget on article pages. Its script carries these words of one language, so they are few and short. `_donation` and
 * `_contribution` are the two kinds of gift (`newsroom/gift-kind.ts`).
 */
export const widget = {
  heading_donation: 'Donate to {{newsroom}}',
  heading_contribution: 'Support {{newsroom}}',
  intro: 'Readers pay for this reporting. Every amount helps.',
  /** The button that opens the form. */
  open_donation: 'Donate',
  open_contribution: 'Support us',
  close: 'Close',
  chooseAmount: 'Choose an amount',
  other: 'Other',
  ownAmount: 'Your own amount in {{currency}}',
  howOften: 'How often',
  once: 'Once',
  monthly: 'Monthly',
  yearly: 'Yearly',
  /** The button before an amount is chosen. */
  give_donation: 'Donate',
  give_contribution: 'Give',
  giveOnce_donation: 'Donate {{amount}}',
  giveOnce_contribution: 'Give {{amount}}',
  giveMonthly_donation: 'Donate {{amount}} a month',
  giveMonthly_contribution: 'Give {{amount}} a month',
  giveYearly_donation: 'Donate {{amount}} a year',
  giveYearly_contribution: 'Give {{amount}} a year',
  /** Behind a newsroom's own verb: `Chip in · $5 a month`. */
  amountMonthly: '{{amount}} a month',
  amountYearly: '{{amount}} a year',
  coverFees: 'Add {{fee}} to cover Stripe’s fee',
  tax_for_profit: 'Not tax-deductible.',
  tax_charity: 'Tax-deductible as the law allows.',
  tax_fiscally_sponsored: 'Tax-deductible through {{sponsor}} as the law allows.',
  tax_elsewhere: 'Whether it is tax-deductible depends on your country’s law.',
  oneMoment: 'One moment…',
  opening: 'Opening the secure payment page.',
  leaving: 'Taking you there.',
  continue: 'Continue to payment',
  donatePage: 'Use our donation page instead',
  unreachable: 'We could not open the payment page. Nothing was charged.',
  tooManyTries: 'That was a lot of tries. Please wait a minute.',
  refused: 'This did not work. Nothing was charged.',
  /** After the reader came back from the payment page. */
  notPaid: 'You came back before paying. Nothing was charged.',
  notPaidFailed: 'The payment did not go through. Nothing was charged.',
  paid: 'Thank you! Your gift has arrived.',
  onItsWay: 'Thank you! Your gift is on its way.',
} as const
