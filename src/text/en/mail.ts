/** The mails, one entry for each of them. */
export const mail = {
  receipt: {
    subject: 'Thank you, and your receipt {{number}} from {{newsroom}}',
    subjectVoided: 'Your receipt {{number}} from {{newsroom}} is no longer valid',
    subjectReplaced: 'Your new receipt {{number}} from {{newsroom}}',
    greeting: 'Dear {{name}},',
    greetingWithoutName: 'Dear reader,',
    thanks_donation:
      'Thank you for your donation of {{amount}} to {{newsroom}}. It helps to keep our reporting going.',
    thanks_contribution:
      'Thank you for your contribution of {{amount}} to {{newsroom}}. It helps to keep our reporting going.',
    voided_donation:
      'Your donation of {{amount}} to {{newsroom}} has been returned to you, so its receipt is no longer valid.',
    voided_contribution:
      'Your contribution of {{amount}} to {{newsroom}} has been returned to you, so its receipt is no longer valid.',
    replaced_donation:
      'Part of your donation to {{newsroom}} has been returned to you, or has come back to us. {{amount}} remains, and this receipt replaces {{replaces}}.',
    replaced_contribution:
      'Part of your contribution to {{newsroom}} has been returned to you, or has come back to us. {{amount}} remains, and this receipt replaces {{replaces}}.',
    fact: '{{label}}: {{value}}',
    page: 'Your receipt as a page, to print or to keep as a PDF:',
    link: '{{link}}, to print or to keep as a PDF.',
    linkWords: 'See your receipt',
    questions: 'If you have a question, just answer this mail.',
  },
  welcome: {
    subject: 'You may now sign in to the donations of {{newsroom}}',
    title: 'Sign in',
    lead: 'A colleague has let you in to the donations pages of {{newsroom}}. Sign in here, with the address {{email}}:',
    how: 'You need no password: the page mails you a link each time you sign in.',
    unexpected: 'If you do not know why you get this mail, you can ignore it.',
  },
  signIn: {
    subject: 'Sign in to the donations of {{newsroom}}',
    title: 'Sign in',
    link: 'Here is your link to the donations pages of {{newsroom}}:',
    validity: 'It works once, and for {{minutes}} minutes.',
    unasked: 'If you did not ask for it, you can ignore this mail: without the link nobody gets in.',
  },
} as const
