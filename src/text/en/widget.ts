/** The widget on article pages. Its script carries these words, so they are few and short. */
export const widget = {
  chooseAmount: 'Choose an amount',
  other: 'Other',
  ownAmount: 'Your own amount in {{currency}}',
  howOften: 'How often',
  once: 'Once',
  monthly: 'Monthly',
  yearly: 'Yearly',
  /** The button of an element without a `verb` or with this one. Any other verb stands before the amount as it is. */
  support: 'Support',
  supportWith: 'Support with {{amount}}',
  oneMoment: 'One moment…',
  opening: 'Opening the secure payment page.',
  leaving: 'Taking you there.',
  continue: 'Continue to payment',
  donatePage: 'Use our donation page instead',
  unreachable: 'We could not open the payment page. Nothing was charged.',
  tooManyTries: 'That was a lot of tries. Please wait a minute.',
  refused: 'This did not work.',
} as const
