/** The mails, one entry for each of them. */
export const mail = {
  /** What every mail with a button has. */
  frame: {
    plainLink: 'If the button does not work, open this address:',
  },
  receipt: {
    subject: 'Thank you, and your receipt {{number}} from {{newsroom}}',
    subjectVoided: 'Your receipt {{number}} from {{newsroom}} is no longer valid',
    subjectReplaced: 'Your new receipt {{number}} from {{newsroom}}',
    heading: 'Thank you!',
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
    linkWords: 'See your receipt',
    questions: 'If you have a question, just answer this e-mail.',
  },
  monthlyReport: {
    subject: '{{month}} at {{newsroom}}: gifts and income',
    title: 'Gifts in {{month}}',
    none: 'No gifts were booked in this month.',
    currency: 'Currency',
    gifts: 'Gifts',
    received: 'Received',
    refunded: 'Refunded',
    disputed: 'Disputed',
    net: 'Net',
    all: 'All in {{currency}}',
    stories: 'Stories that brought most, net',
    story: 'Story',
    attention: 'What needs attention',
    nothing: 'Nothing that this report knows of.',
    open: 'The month is not closed yet. Its figures may still change.',
    unsettled_one: '{{count}} gift is not settled by Stripe yet. Its fee is not in the net.',
    unsettled_other: '{{count}} gifts are not settled by Stripe yet. Their fees are not in the net.',
    estimated: 'Some amounts are converted at the last rate that Stripe used.',
    notConverted: 'There is no rate yet for {{currencies}}: those gifts are not in the sum of all.',
    attached: 'The report is attached as a PDF, to file or to print.',
    link: 'Open the month',
    linkReports: 'Open the reports',
    why: 'You get this e-mail because you chose it. End it on your account’s page:',
  },
  /** Of yesterday, for the newsroom's chat. */
  digest: {
    title: '{{newsroom}}: gifts on {{day}}',
    none: 'No gifts were booked.',
    sum_one: '{{count}} gift: {{amount}}',
    sum_other: '{{count}} gifts: {{amount}}',
    net: 'Net, as far as Stripe has settled: {{amount}}',
    stories: 'Stories that brought most, net:',
    story: '• {{title}}: {{amount}}',
  },
  /** A donor's question, to the newsroom. */
  readerMessage: {
    subject: 'A question from {{who}}',
    subject_message: 'A message from {{who}}',
    title: 'A reader’s message',
    lead: '{{who}} ({{address}}) asks. An answer to this e-mail goes to them:',
    lead_message: '{{who}} ({{address}}) wrote this about a gift. An answer to this e-mail goes to them:',
    link: 'See all messages',
  },
  /** What donors wrote on a day, to the newsroom. */
  messageDigest: {
    subject_one: '{{count}} message from a donor on {{day}}',
    subject_other: '{{count}} messages from donors on {{day}}',
    lead: 'This is what donors wrote to {{newsroom}} on {{day}}. Open the page to answer them.',
    who: '{{who}} ({{address}}):',
    question: '{{who}} ({{address}}) asks:',
    more_one: 'There is {{count}} more on the page.',
    more_other: 'There are {{count}} more on the page.',
  },
  welcome: {
    subject: 'You may now sign in to the donations of {{newsroom}}',
    title: 'Sign in',
    lead: 'A colleague has let you in to the donations pages of {{newsroom}}. Sign in here, with the address {{email}}:',
    how: 'You need no password: the page e-mails you a link each time you sign in.',
    unexpected: 'If you do not know why you get this e-mail, you can ignore it.',
  },
  webhookDisabled: {
    subject: '{{host}} is not notified of donations any more – {{newsroom}}',
    title: 'Look at this webhook',
    lead: 'The service has stopped telling {{host}} of donations.',
    because: {
      failing: 'For three days it took no delivery.',
      gone: 'It has answered that it is gone for good (410).',
      staff: 'A colleague has disabled it.',
    },
    what: 'Nothing is lost: when the other system works again, enable the webhook on its page. What has waited is then delivered, and you can have what came meanwhile delivered as well.',
  },
  signIn: {
    subject: 'Sign in to the donations of {{newsroom}}',
    title: 'Sign in',
    link: 'Here is your link to the donations pages of {{newsroom}}:',
    validity: 'It works once, and for {{minutes}} minutes.',
    unasked: 'If you did not ask for it, you can ignore this e-mail: without the link nobody gets in.',
  },
} as const
