/** The newsletter: its form, the link that confirms, the link that unsubscribes, and the e-mail with both. */
export const newsletter = {
  /** What a reader agrees to, beside the box. It is kept with the consent, word for word. */
  consent:
    'Yes, send me the newsletter of {{newsroom}} by e-mail. It is free of charge, and I can unsubscribe at any time.',
  checkoutHint: 'After your payment we send you an e-mail to confirm.',
  form: {
    title: 'The newsletter of {{newsroom}}',
    lead: 'Our stories in your mailbox, free of charge.',
    email: 'Your e-mail address',
    subscribe: 'Subscribe',
    how: 'We send you an e-mail with a link. The newsletter comes only after you confirm there.',
    emailProblem: 'Write your e-mail address, like name@example.org.',
    consentProblem: 'Tick the box if you want the newsletter.',
    failed: 'This did not work. Please try again in a moment.',
    tooMany: 'There were too many tries. Please wait some minutes.',
  },
  sent: {
    title: 'Look into your mailbox',
    lead: 'An e-mail to this address is on its way. Please open the link in it: only then is it settled.',
    notThere: 'Nothing there after some minutes? Please look into the folder for unwanted e-mail.',
    again: 'Use another address',
  },
  confirm: {
    title: 'One more press',
    lead: 'From now on, the newsletter of {{newsroom}} is to come to {{email}}.',
    button: 'Yes, I want the newsletter',
    doneTitle: 'You get the newsletter',
    done: 'The newsletter of {{newsroom}} comes to {{email}} from now on. Thank you for reading.',
    expiredTitle: 'This link does not work any more',
    expired: 'A link works for three days. Please enter your address again, and we send you a new one.',
  },
  unsubscribe: {
    title: 'Unsubscribe from the newsletter',
    lead: 'The newsletter of {{newsroom}} will no longer come to your address.',
    button: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    done: 'The newsletter of {{newsroom}} no longer comes to your address.',
    again: 'Subscribe again',
    unknown: 'This link is not complete. Please open it from the e-mail.',
  },
  mail: {
    subject: 'Please confirm: the newsletter of {{newsroom}}',
    lead: 'This address was entered for the newsletter of {{newsroom}}. Please confirm that you want it:',
    button: 'Confirm',
    valid: 'The link works for three days.',
    notAsked:
      'If this was not you, there is nothing for you to do: without your confirmation no newsletter comes.',
    alreadySubject: 'You get the newsletter of {{newsroom}} already',
    already:
      'This address was entered again for the newsletter of {{newsroom}}. You get it already, and nothing changes.',
    stop: 'If you do not want it any more:',
  },
  my: {
    heading: 'Newsletter',
    since: 'You have been getting the newsletter since {{date}}.',
    agreed: 'You agreed to this: {{text}}',
    none: 'You do not get the newsletter.',
    subscribe: 'Get the newsletter',
    subscribed: 'You get the newsletter from now on.',
    unsubscribed: 'You are unsubscribed from the newsletter.',
  },
  thanks: {
    heading: 'Our newsletter',
    asked: 'We send you an e-mail to confirm the newsletter.',
  },
} as const
