/**
 * Recurring gifts: the mails about them and the page with which their donors see and stop them. `_monthly` and `_yearly` are
 * how often they are charged.
 */
export const recurring = {
  mail: {
    failed: {
      subject_monthly: 'Your monthly gift to {{newsroom}} could not be charged',
      subject_yearly: 'Your yearly gift to {{newsroom}} could not be charged',
      lead_monthly: 'Your monthly gift of {{amount}} to {{newsroom}} could not be charged.',
      lead_yearly: 'Your yearly gift of {{amount}} to {{newsroom}} could not be charged.',
      card: 'The bank did not accept the payment from your {{brand}} card ending in {{last4}}.',
      retry:
        'It is tried again on {{date}}. If the card works by then, there is nothing for you to do. Otherwise, please choose another one:',
      noRetry: 'It is not tried again by itself. Please choose another card, if you want to go on giving:',
      button: 'Choose another card',
      stop: 'If you want to stop the gift instead, you can do that on the same page.',
    },
    cardExpires: {
      subject_monthly: 'The card for your monthly gift to {{newsroom}} expires soon',
      subject_yearly: 'The card for your yearly gift to {{newsroom}} expires soon',
      lead_monthly:
        'Your monthly gift of {{amount}} to {{newsroom}} is charged next on {{date}}. Your {{brand}} card ending in {{last4}} is valid only to the end of {{month}}.',
      lead_yearly:
        'Your yearly gift of {{amount}} to {{newsroom}} is charged next on {{date}}. Your {{brand}} card ending in {{last4}} is valid only to the end of {{month}}.',
      what: 'If your bank has sent you a new card, please enter it here:',
      button: 'Change the card',
      stop: 'If you want to stop the gift instead, you can do that on the same page.',
    },
    stopped: {
      subject_monthly: 'Your monthly gift to {{newsroom}} has been stopped',
      subject_yearly: 'Your yearly gift to {{newsroom}} has been stopped',
      byDonor_monthly: 'You have stopped your monthly gift of {{amount}} to {{newsroom}}.',
      byDonor_yearly: 'You have stopped your yearly gift of {{amount}} to {{newsroom}}.',
      byFailure_monthly:
        'Your monthly gift of {{amount}} to {{newsroom}} has ended, because the payment failed several times.',
      byFailure_yearly:
        'Your yearly gift of {{amount}} to {{newsroom}} has ended, because the payment failed several times.',
      elsewhere_monthly:
        'Your monthly gift of {{amount}} to {{newsroom}} was stopped on the pages of Stripe, which handles our payments: by you, or by our staff.',
      elsewhere_yearly:
        'Your yearly gift of {{amount}} to {{newsroom}} was stopped on the pages of Stripe, which handles our payments: by you, or by our staff.',
      nothing: 'Nothing more will be charged.',
      until: 'Nothing more will be charged. What you have given counts until {{date}}.',
      thanks: 'Thank you for your support. It has helped to keep our reporting going.',
      button: 'Give again',
      unexpected: 'If you did not want this, just answer this e-mail.',
    },
    reminder: {
      subject: 'Your yearly gift to {{newsroom}} renews on {{date}}',
      lead: 'Your yearly gift to {{newsroom}} renews on {{date}} for another year. {{amount}} will be charged then.',
      fromCard:
        'Your yearly gift to {{newsroom}} renews on {{date}} for another year. {{amount}} will be charged to your {{brand}} card ending in {{last4}} then.',
      nothing:
        'If you want to go on giving, there is nothing for you to do. You can change the card or stop the gift here:',
      button: 'See or stop the gift',
    },
    changed: {
      subject_monthly: 'Your monthly gift to {{newsroom}} has a new amount',
      subject_yearly: 'Your yearly gift to {{newsroom}} has a new amount',
      lead_monthly: 'Your monthly gift to {{newsroom}} is {{amount}} from now on.',
      lead_yearly: 'Your yearly gift to {{newsroom}} is {{amount}} from now on.',
      from: 'The new amount is charged for the first time on {{date}}.',
    },
    paused: {
      subject_monthly: 'Your monthly gift to {{newsroom}} is paused',
      subject_yearly: 'Your yearly gift to {{newsroom}} is paused',
      lead_monthly: 'Your monthly gift of {{amount}} to {{newsroom}} is paused.',
      lead_yearly: 'Your yearly gift of {{amount}} to {{newsroom}} is paused.',
      until: 'Nothing is charged before {{date}}. After that it goes on by itself.',
      open: 'Nothing is charged until you go on.',
      button: 'See the gift or go on now',
    },
    resumed: {
      subject_monthly: 'Your monthly gift to {{newsroom}} goes on',
      subject_yearly: 'Your yearly gift to {{newsroom}} goes on',
      lead_monthly: 'The pause is over: your monthly gift of {{amount}} to {{newsroom}} goes on. Thank you!',
      lead_yearly: 'The pause is over: your yearly gift of {{amount}} to {{newsroom}} goes on. Thank you!',
    },
    refused: {
      subject: 'Your bank did not pay your gift to {{newsroom}}',
      lead: 'You wanted to give {{amount}} to {{newsroom}} from your bank account. Your bank has now refused the payment, so nothing was given.',
      why: 'This happens, for instance when an account number is mistyped or there was not enough on the account. If you still want to give, often another account or a card works:',
      button: 'Try again',
    },
    questions: 'If you have a question, just answer this e-mail.',
  },
  /** What a receipt's mail adds for a recurring gift. */
  receipt: {
    first_monthly: 'This is the first payment of your monthly gift.',
    first_yearly: 'This is the first payment of your yearly gift.',
    renewal_monthly: 'This is a renewal of your monthly gift.',
    renewal_yearly: 'This is a renewal of your yearly gift.',
    next: 'The next payment is on {{date}}.',
    last: 'It has been stopped, so there is no next payment.',
    stop: 'You can change the card or stop the gift at any time:',
    link: 'See or stop the gift',
    takenBack:
      'Your bank took the payment back after it had confirmed it. If you did not ask for that, your bank can say why.',
  },
  page: {
    title_monthly: 'Your monthly gift',
    title_yearly: 'Your yearly gift',
    lead_monthly: 'You give {{amount}} to {{newsroom}} every month. Thank you!',
    lead_yearly: 'You give {{amount}} to {{newsroom}} every year. Thank you!',
    unknownAmount: 'You give to {{newsroom}} regularly. Thank you!',
    next: 'Next payment',
    card: 'Paid from',
    cardWords: '{{brand}} card ending in {{last4}}, valid to {{month}}',
    began: 'It began with',
    failed: 'The last payment could not be charged.',
    retry: 'It is tried again on {{date}}.',
    pay: 'Pay it now',
    change: 'Use another card',
    stop_monthly: 'Stop the monthly gift',
    stop_yearly: 'Stop the yearly gift',
    afterStop: 'Nothing more is charged after you stop. You keep the receipts of all that you have given.',
    stopped: {
      title_monthly: 'Your monthly gift has been stopped',
      title_yearly: 'Your yearly gift has been stopped',
      nothing: 'Nothing more will be charged. Thank you for your support.',
      until:
        'Nothing more will be charged. What you have given counts until {{date}}. Thank you for your support.',
      mail: 'We confirm it by e-mail.',
      again: 'Give again',
    },
    amount: {
      change: 'Change the amount',
      label: 'New amount in {{currency}}',
      hint: 'It is charged from the next payment on.',
      save: 'Save',
    },
    pause: {
      title: 'Pause for a while',
      hint: 'Nothing is charged meanwhile. It goes on by itself afterwards.',
      months_one: '{{count}} month',
      months_other: '{{count}} months',
      resume: 'Go on now',
      pausedUntil: 'Paused until {{date}}. Nothing is charged before.',
      paused: 'Paused. Nothing is charged until you go on.',
    },
    notChanged:
      'It could not be changed just now, because Stripe does not answer. Please try again in a minute.',
    notStopped:
      'It could not be stopped just now, because Stripe does not answer. Please try again in a minute.',
    noCardPage:
      'The page for another card could not be opened just now, because Stripe does not answer. Please try again in a minute.',
    notFound: 'There is no recurring gift at this address. It may have been cut off on its way.',
    questions: 'Questions? Write to {{email}}.',
  },
} as const
