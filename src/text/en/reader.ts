/**
 * The pages that readers see. `_donation` and `_contribution` are the two kinds of gift (`newsroom/gift-kind.ts`): only
 * a charity, or a newsroom with a fiscal sponsor, may speak of donations.
 */
export const reader = {
  gift: {
    invitation_donation: 'Donate to {{newsroom}}',
    invitation_contribution: 'Support {{newsroom}}',
    /** On Stripe's page and in Stripe's dashboard. */
    product_donation: 'Donation to {{newsroom}}',
    product_contribution: 'Contribution to {{newsroom}}',
    /** What is charged, where the reader covers the fees. */
    parts: '{{gift}}, and {{fee}} to cover the payment fees',
    /** Beside the button on Stripe's page. */
    promise: {
      monthly:
        'You give {{amount}} now and every month until you stop. If you pay on {{today}}, the next payment is on {{next}}. You can stop at any time with the link in every receipt we e-mail you.',
      yearly:
        'You give {{amount}} now and every year until you stop. If you pay on {{today}}, the next payment is on {{next}}. You can stop at any time with the link in every receipt we e-mail you.',
    },
  },
  /** The name of the list of languages. */
  language: 'Language',
  donate: {
    /** The article's title is whatever the link to the page says, so the sentence presents it as that. */
    reading: 'The link to this page names an article on {{site}}: “{{article}}”',
    currency: 'Currency',
    currencyOption: '{{name}} ({{code}})',
    changeCurrency: 'Change currency',
    amount: 'Amount',
    otherAmount: 'Other',
    ownAmount: 'Your own amount in {{currency}}',
    howOften: 'How often',
    frequency: { once: 'Once', monthly: 'Monthly', yearly: 'Yearly' },
    message: 'Message to the newsroom',
    optional: '(optional)',
    /** The button, where it cannot say what was chosen. */
    submit: 'Continue to payment',
    give: {
      once_donation: 'Donate {{amount}}',
      once_contribution: 'Give {{amount}}',
      monthly_donation: 'Donate {{amount}} a month',
      monthly_contribution: 'Give {{amount}} a month',
      yearly_donation: 'Donate {{amount}} a year',
      yearly_contribution: 'Give {{amount}} a year',
    },
    coverFees: 'Add {{fee}} to cover Stripe’s fee',
    /** For an amount that the reader types: Stripe's page shows the figure before anything is paid. */
    coverOwnFees: 'Add Stripe’s fee. The next page says how much that is.',
    /** Behind it stand the ways to pay that the newsroom names (`newsroom/payment-methods.ts`). */
    trust: 'Secure payment by Stripe',
    payBy: { card: 'card', bank: 'bank' },
    /** Below the button, where a monthly or yearly gift is chosen; in the widget, too. */
    recurs: 'Next payment: {{next}}. Stop any time with the link in every receipt.',
    tax: {
      for_profit: 'Contributions to {{newsroom}} are not tax-deductible.',
      charity: '{{newsroom}} is a charity, tax ID {{taxId}}. Donations are tax-deductible as the law allows.',
      fiscally_sponsored:
        '{{newsroom}} is fiscally sponsored by {{sponsor}}. Donations are tax-deductible as the law allows.',
      elsewhere: {
        charity:
          '{{newsroom}} is a charity, tax ID {{taxId}}. Whether you can deduct a donation depends on your country’s law.',
        fiscally_sponsored:
          '{{newsroom}} is fiscally sponsored by {{sponsor}}. Whether you can deduct a donation depends on your country’s law.',
      },
    },
    inCurrency: 'In {{currency}}.',
    addMessage: 'Add a message to the newsroom',
    backFrom: {
      open: 'You came back without paying. Nothing was charged, and your choice is as it was.',
      expired: 'The payment page has closed. Nothing was charged, and your choice is as it was.',
      failed: 'The payment did not go through. You can try again; your choice is as it was.',
    },
    currencyChanged: 'The amounts are now in {{currency}}. Nothing was charged.',
    howYouPay:
      'You pay on a secure page run by Stripe. Your card number never reaches us. A receipt comes by e-mail; for a monthly or yearly gift, one with every payment.',
    problem: {
      amount: 'Please choose an amount.',
      ownAmount: 'Please type an amount.',
      currency: 'This currency cannot be given here. Please choose another.',
      frequency: 'Please choose how often you want to give.',
      coverFees: 'The fee cannot be added to this gift. Please untick it.',
      notNow:
        'The payment page could not be opened. Nothing was charged, and nothing that you typed is lost. Please try again in a moment.',
      offline: 'You are offline. Nothing was charged, and nothing that you typed is lost.',
      tooMany:
        'That was a lot of tries. Nothing was charged, and nothing that you typed is lost. Please wait a minute.',
      message: 'The message may have {{most}} characters at most, and no control characters.',
      other: 'Something in the form was not as it should be. Please check it and send it again.',
      pageClosed: 'The payment page for this form has closed. Please send the form again.',
    },
  },
  /** The page between the form and the payment page while somebody tries stolen cards, or very many give at once. */
  challenge: {
    title: 'One moment, please',
    lead: 'We are making sure that you are a person and not a program. Then the payment page opens.',
    wait_one: 'The button appears after {{count}} second.',
    wait_other: 'The button appears after {{count}} seconds.',
    continue: 'Continue to payment',
    why: 'Programs try stolen cards on donation pages, and this step keeps them out. Nothing has been charged, and nothing that you typed is lost.',
    failed: 'This takes a little longer than usual. The button appears in a moment.',
  },
  /** Sentences for the widget, the form and programs. */
  protection: {
    givingIsOff: 'We cannot take gifts at this moment. Nothing was charged. Please come back a little later.',
    challenge: 'One more step is needed before the payment page opens. Nothing was charged.',
    unverifiable:
      'We could not make sure that you are a person. Nothing was charged. Please try again in a minute.',
  },
  /** What gifts pay for, where the newsroom has no sentence of its own. */
  purpose: 'Every gift pays for reporting that anybody can read.',
  thankYou: {
    succeeded: {
      title: 'Thank you',
      arrived: {
        once_donation: 'Your donation of {{amount}} to {{newsroom}} has arrived.',
        once_contribution: 'Your contribution of {{amount}} to {{newsroom}} has arrived.',
        monthly_donation: 'Your first monthly donation of {{amount}} to {{newsroom}} has arrived.',
        monthly_contribution: 'Your first monthly contribution of {{amount}} to {{newsroom}} has arrived.',
        yearly_donation: 'Your first yearly donation of {{amount}} to {{newsroom}} has arrived.',
        yearly_contribution: 'Your first yearly contribution of {{amount}} to {{newsroom}} has arrived.',
      },
      charged: 'You were charged {{amount}} in your own currency.',
      coveredFee: '{{fee}} of it covers the payment fees, so that all of your gift reaches us.',
      partlyRefunded: 'Of that, {{amount}} has been sent back to you since.',
      receipt: 'See your receipt',
      receiptTo: 'We also send the receipt to {{address}}. It usually arrives within a few minutes.',
      receiptByMail: 'We also send the receipt by e-mail. It usually arrives within a few minutes.',
    },
    recurring: {
      monthly: 'From now on {{amount}} is taken every month. The next payment is on {{date}}.',
      yearly: 'From now on {{amount}} is taken every year. The next payment is on {{date}}.',
      stop: 'You get a receipt by e-mail for every payment. With the link in it you can stop at any time, without an account, or you write to {{email}}.',
    },
    monthly: {
      heading: 'Make it monthly?',
      why_donation: 'A donation that comes every month lets us plan ahead.',
      why_contribution: 'A contribution that comes every month lets us plan ahead.',
      give: 'Give {{amount}} a month',
      terms:
        'You confirm it on Stripe’s page. The first {{amount}} is taken then, in addition to today’s gift.',
      /** Leads to the form with the same gift every month. */
      other: 'Choose another amount',
    },
    processing: {
      title: 'Thank you, it is on its way',
      onItsWay_donation: 'Your bank is sending your donation of {{amount}}.',
      onItsWay_contribution: 'Your bank is sending your contribution of {{amount}}.',
      takesDays:
        'A bank payment takes some days. When it has arrived, a receipt will come by e-mail. There is nothing more for you to do.',
    },
    confirmed: {
      title: 'Thank you, it has gone through',
      paid_donation: 'Stripe has taken your donation of {{amount}} for {{newsroom}}.',
      paid_contribution: 'Stripe has taken your contribution of {{amount}} for {{newsroom}}.',
      refreshing: 'We are writing your receipt. This page shows it in a few seconds.',
      takesLonger:
        'Your receipt takes longer than usual. You can close this page: the receipt comes by e-mail.',
    },
    unsure: {
      title: 'We do not know yet',
      notReported: 'Stripe has not confirmed yet whether this was paid.',
      ifPaid: 'If you have paid, all is well: your receipt comes by e-mail.',
      ifNot:
        'If you have not, nothing was charged. You can go back to the payment page: it never charges the same gift twice.',
    },
    open: {
      title: 'You have not paid yet',
      nothingCharged: 'Nothing was charged.',
      stillOpen: 'The payment page is still open, with your choice.',
      pay: 'Go back to the payment page',
      change: 'Change your gift',
    },
    refunded: {
      title: 'Your gift was sent back',
      wentBack_donation: 'Your donation of {{amount}} has been refunded.',
      wentBack_contribution: 'Your contribution of {{amount}} has been refunded.',
      more: 'It can take up to ten days until your bank shows it.',
    },
    returned: {
      title: 'Your bank took the gift back',
      wentBack_donation: 'Your donation of {{amount}} went back to you through your bank.',
      wentBack_contribution: 'Your contribution of {{amount}} went back to you through your bank.',
      more: 'There is nothing more for you to do.',
    },
    cancelled: {
      title: 'Your recurring gift is stopped',
      stopped: {
        monthly_donation:
          'Your monthly donation of {{amount}} has been stopped. Nothing more will be charged.',
        monthly_contribution:
          'Your monthly contribution of {{amount}} has been stopped. Nothing more will be charged.',
        yearly_donation: 'Your yearly donation of {{amount}} has been stopped. Nothing more will be charged.',
        yearly_contribution:
          'Your yearly contribution of {{amount}} has been stopped. Nothing more will be charged.',
      },
      thanks: 'Thank you for every payment that you made.',
    },
    expired: {
      title: 'The payment page has closed',
      closed: 'It was open for too long, so it closed. Nothing was charged.',
      again: 'Start again',
    },
    failed: {
      title: 'The payment did not go through',
      notReceived_donation: 'Your bank did not complete the payment, so we have not received your donation.',
      notReceived_contribution:
        'Your bank did not complete the payment, so we have not received your contribution.',
      otherCard: 'This happens, and often another card or account works. Thank you for trying.',
      again: 'Try again',
    },
    unknown: {
      title: 'We do not know this payment',
      address: 'The address may be incomplete, or it is very old.',
      receiptByMail:
        'If you have paid, your receipt comes by e-mail all the same: it does not depend on this page.',
      start: 'Go to the start',
    },
    lookAgain: 'Look again',
    backTo: 'Back to {{article}}',
    backToArticle: 'Back to the article',
    stayInTouch: 'Stay in touch',
    newsletter: 'Get our newsletter',
    questions: 'If you have a question, write to {{email}}.',
  },
  share: {
    heading: 'Share the article',
    button: 'Share',
    mail: 'E-mail',
    whatsapp: 'WhatsApp',
    facebook: 'Facebook',
    bluesky: 'Bluesky',
  },
  receipt: {
    download: 'Download as PDF',
    notFound: 'There is no receipt at this address.',
  },
  /** An amount that the newsroom asks its readers to reach. `words` are the newsroom's own sentence. */
  goal: {
    sum: '{{raised}} raised of {{goal}}',
    until: 'Until {{day}}',
    over: 'This goal ended on {{day}}.',
    matching: '{{words}} They add up to {{amount}}, which the bar does not count.',
    give: 'Give now',
    unknown: 'There is no such goal, or it was taken down.',
  },
  source: {
    title: 'The source code of this service',
    licence:
      'This service is free software under the GNU Affero General Public License, version 3 or later. Everybody who uses it may have its source code.',
    ask: 'Write to {{email}}, and we send you the source code of the version that runs here.',
  },
  /** The page on which anybody can check a receipt. */
  verify: {
    title: 'Check a receipt',
    lead: 'Type the number and the verification code that stand on the receipt.',
    code: 'Verification code',
    submit: 'Check',
    privacy: 'This page shows no name and no address of the person who gave.',
    genuine: 'This receipt is genuine.',
    unknown: {
      title: 'This number and this code do not belong together.',
      how: 'Please compare them with the receipt, letter by letter. If they are right, the receipt is not one of ours.',
    },
    status: {
      valid: 'It is valid.',
      replaced_after_return: 'Part of the gift was returned later, so another receipt replaces this one.',
      replaced: 'A later receipt replaces this one.',
      returned: 'The gift was returned in full, so this receipt is no longer valid.',
      void: 'It has been voided and is no longer valid.',
    },
  },
  error: {
    malformed: { title: 'That did not work', text: 'Something in the request was not as it should be.' },
    unauthenticated: { title: 'Please sign in', text: 'This page is for signed-in staff.' },
    forbidden: { title: 'Not allowed', text: 'This page is not open to you.' },
    notFound: {
      title: 'Page not found',
      text: 'There is nothing at this address. It may be mistyped or out of date.',
    },
    conflict: {
      title: 'That cannot be done',
      text: 'This form was sent before with other content. Please start afresh.',
    },
    tooLarge: { title: 'Too long', text: 'What was sent is larger than we accept.' },
    unsupportedMediaType: {
      title: 'That did not work',
      text: 'What was sent is of a kind we do not accept.',
    },
    tooManyRequests: { title: 'Too many tries', text: 'Please wait a minute and try again.' },
    ours: {
      title: 'Something went wrong on our side',
      text: 'It is not your doing, and it has been noted. Please try again in a moment.',
    },
    unavailable: {
      title: 'Not available right now',
      text: 'Something we depend on does not answer at the moment. Please try again in a minute.',
    },
    status: 'Error {{status}}.',
    statusAndId: 'Error {{status}}, reference {{id}}. Please name it if you write to us.',
  },
} as const
