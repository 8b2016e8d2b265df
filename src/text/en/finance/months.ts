/** A month of the books beside Stripe’s. */
export const monthsWords = {
  reconciliation: {
    title: 'Reconciliation of {{month}}',
    unexplained: 'Unexplained',
    open_one: '{{count}} difference needs an explanation.',
    open_other: '{{count}} differences need an explanation.',
    everyCent: 'Every cent here is in Stripe’s balance, and the other way round.',
    exceptSignedOff: 'Our books agree with Stripe’s balance, except for what is signed off below.',
    soFar: 'So far: Stripe’s balance transactions have not all been read.',
    stripesBalance: 'Stripe’s balance',
    complete: 'Complete',
    notComplete: 'Not complete',
    notReadYet: 'Its transactions have not been read to their end yet.',
    upTo: 'Up to {{time}}, {{missing}} missing.',
    month: 'Month',
    monthOpen: 'Open',
    monthClosed: 'Closed',
    stillBooked: 'What happens in it is still booked into it.',
    closedBy: 'By {{who}}, {{time}}. Shown as it stood then.',
    toExplain: 'To be explained',
    forInformation: 'For your information',
    signOff: 'Sign it off with a reason',
    signOffReason: 'Why it is right, or what was done',
    signOffSubmit: 'Sign off',
    signedOff: 'Signed off',
    signedOffBy: '{{who}}, {{time}}',
    reasonNotValid: 'Write the reason in 3 to 1,000 characters: an auditor will read it in a year.',
    noPayouts: 'No payout arrived in this month.',
    payouts: 'Payouts to the bank',
    itemisation: { complete: 'Yes', awaited: 'Not yet', not_possible: 'Not by Stripe' },
    ledger: 'The ledger at the end of the month',
    account: '{{account}} {{currency}}',
    mayBeClosed: '{{month}} can be closed once every difference is explained or signed off.',
    closingIsFinal:
      'Closing is final: the figures of {{month}} never move again, and what is learned later is booked into the open month.',
    close: 'Close {{month}}',
  },
  /** A closed month whose record this release cannot read. */
  unreadableMonth: {
    notice:
      'This release of the service cannot read the record that was kept when the month was closed (version {{version}}). The record is evidence and has not changed: below it stands as it is stored.',
    closedBy: 'Closed by {{who}}, {{time}}.',
    stored: 'The record as it is stored',
  },
  otherActivity: {
    title: 'Other activity on this Stripe account',
    what: 'Charges, refunds and disputes that no checkout of this service asked for: of a shop, of memberships or of an older system. They are no donations, and their fees are not among the fees of donations.',
    none: 'Nothing in this month.',
    movements: 'What moved',
    undecided: 'It counts as a difference of this month until somebody says that it is not ours to explain.',
    isExplained:
      '{{who}} said on {{time}} that it is not ours to explain. It does not count as a difference.',
    isNotExplained:
      '{{who}} said on {{time}} that it is ours to explain. It counts as a difference of its month.',
    decide: 'Other activity of this account is not ours to explain',
    withdraw: 'Other activity of this account is ours to explain again',
    notValid: 'The form is not valid.',
  },
  adjustments: {
    count_one:
      '{{number}} posting of this month is a prior-period adjustment: it belongs to {{month}}, which was closed before it was known.',
    count_other:
      '{{number}} postings of this month are prior-period adjustments: they belong to {{month}}, which was closed before they were known.',
    title: 'Prior-period adjustments',
    first: 'The first {{count}} prior-period adjustments',
  },
  beforeTheBooks: {
    title: 'Before the books',
    opening: 'The books open on {{day}}. Stripe’s balance held {{balances}} then.',
    openingEmpty: 'The books open on {{day}}. Stripe’s balance was empty then.',
    openingUnread: 'The books open on {{day}}. What Stripe’s balance held then has not been read yet.',
    reversals: 'Refunds and disputes of charges before the books',
  },
} as const
