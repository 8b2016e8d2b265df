/** Export and erasure of a donor's data. */
export const privacyWords = {
  erasure: {
    title: 'Erase a donor',
    back: '← The gift',
    who: 'This takes away what is kept of {{name}}.',
    whoUnnamed: 'This takes away what is kept of the donor of this gift.',
    gifts_one: '{{count}} gift is theirs.',
    gifts_other: '{{count}} gifts are theirs.',
    goes: 'What goes',
    goesList: {
      donor: 'Name, e-mail address and message of every gift of this address',
      agreements: 'Name and address of their agreements, which have ended',
      events: 'Personal data in Stripe’s events; the hash of each event as Stripe signed it stays',
      receipts: 'The name on their receipts and the receipts’ PDFs',
    },
    stays: 'What stays',
    staysList: {
      money: 'Amounts, days, stories and Stripe’s ids, because the books must add up',
      receipts: 'Receipts’ numbers and amounts, because the law asks for them',
      stripe: 'What Stripe keeps: erase the customer in Stripe’s dashboard, too',
      backups: 'Backups, until they are replaced',
    },
    noWayBack: 'This cannot be undone.',
    active:
      'This donor still gives regularly. End the agreement in Stripe’s dashboard first: its next payment would bring the data again.',
    erase: 'Erase this donor',
    download: 'Download what is kept of this donor',
    link: 'Erase this donor …',
    data: 'Statements and data',
    statement: 'Statement of {{year}} (PDF)',
    notFound: 'There is no gift with this id whose donor is known.',
  },
} as const
