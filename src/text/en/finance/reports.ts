/** Finance's reports. */
export const reportsWords = {
  reports: {
    title: 'Reports',
    group: { giving: 'Giving', books: 'Books', donors: 'Donors' },
    /** One entry for each report of `pages/finance/reports/report-index-view.ts`: its title, and the question that it answers. */
    list: {
      receipts: {
        title: 'Receipts register',
        answers: 'Every receipt number of a year in order, and the proof that none is missing.',
      },
      donors: {
        title: 'Donors above an amount',
        answers: 'Who gave at least an amount in a period, such as the $250 list.',
      },
      statements: {
        title: 'Statements of a year',
        answers: 'What each donor gave in a year, as a PDF to send.',
      },
      questions: {
        title: 'Messages of donors',
        answers: 'What donors ask on their own page, and what still waits for an answer.',
      },
      imports: {
        title: 'Import former gifts',
        answers: 'Brings in what GiveWP, Donorbox or another system took, and what was imported before.',
      },
      newsletter: {
        title: 'Newsletter',
        answers: 'How many readers get the newsletter, where they subscribed, and the list.',
      },
      exports: {
        title: 'Exports',
        answers: 'Files for a spreadsheet, QuickBooks, Xero or an auditor, and what was exported before.',
      },
      accounts: {
        title: 'Accounts',
        answers: 'What went in and out of each account, and how the balance at Stripe came about.',
      },
      income: {
        title: 'Income statement',
        answers:
          'What gifts brought in a period, and what they cost: fees of processing, disputes and others.',
      },
      trialBalance: {
        title: 'Trial balance',
        answers: 'What every account holds at the end of a day.',
      },
      overview: {
        title: 'Overview',
        answers: 'What came in, what it cost, and how that compares with the time before.',
      },
      year: {
        title: 'The year',
        answers: 'The year’s totals per currency for the accountant, and what a 1099-K will say beside them.',
      },
      stories: {
        title: 'Stories',
        answers: 'What each story brought after refunds, disputes and fees.',
      },
      campaigns: {
        title: 'Campaigns',
        answers: 'What each campaign brought after refunds, disputes and fees.',
      },
      recurring: {
        title: 'Recurring gifts',
        answers: 'What to expect next month, what is new, what ended and why, and whose payment fails.',
      },
    },
  },
  year: {
    title: 'The year {{year}}',
    years: 'Years',
    nothing: 'Nothing was booked in this fiscal year.',
    books: 'What the books say, by currency',
    volumeTitle: 'What a 1099‑K for {{year}} will say',
    volumeExplained:
      'Stripe reports the gross of every charge on the account in the calendar year: nothing is deducted for refunds, disputes or fees.',
    instructions: 'The IRS’s instructions for Form 1099-K say to whom the rule applies.',
    noVolume: 'Stripe charged nothing in this calendar year.',
    volume: '{{year}} in {{currency}}',
    month: 'Month',
    charges: 'Charges',
    card: 'By card',
    other: 'By other methods',
    all: 'Gross at Stripe',
    ours: 'Of our gifts',
    difference: 'Difference',
    whyTitle: 'Why the two differ',
    why: {
      deductions: 'The form deducts nothing. Income in the books is less refunds, disputes and fees.',
      programs:
        'The form has all programs on the Stripe account, such as a shop; the books here have our gifts alone.',
      timing:
        'We take the form’s months to be in UTC, since Stripe’s reports are; Stripe does not say so of the form. Ours are in the newsroom’s time zone; a fiscal year may not be a calendar year; and a gift that was booked late counts in the books when it was booked.',
      currency: 'The form is in the currency in which Stripe settled, the books in the currency of the gift.',
    },
  },
  ranking: {
    stories: 'Stories',
    campaigns: 'Campaigns',
    sortLabel: 'Sort by',
    sort: { net: 'net', gross: 'gross', donations: 'gifts', key: 'name' },
    order: { net: 'By net', gross: 'By gross', donations: 'By gifts', key: 'By name' },
    none: { stories: 'Without a story', campaigns: 'Without a campaign' },
    gifts_one: '{{number}} gift: {{name}}',
    gifts_other: '{{number}} gifts: {{name}}',
    pages: 'Pages',
    toFirst: '← First page',
    toNext: 'Next page →',
    csv: 'Download all as CSV',
    xlsx: 'Download all for Excel',
  },
  recurring: {
    title: 'Recurring gifts',
    nothing: 'No recurring gift has been started yet.',
    expected: 'Expected in {{month}}',
    frequency: 'Frequency',
    kind: { monthly: 'Monthly', yearly: 'Yearly' },
    running: 'Running',
    ending: 'Of these ending',
    paused: 'Of these paused',
    payments: 'Payments due',
    amount: 'Expected',
    amountIn: 'Expected in {{currency}}',
    failing: 'Payments that fail',
    noneFails: 'No payment of a recurring gift fails at present.',
    since: 'Fails since',
    lastPaid: 'Last paid',
    never: 'never',
    moreFail: 'The latest of {{number}} are shown.',
    months: { monthly: 'Monthly gifts, by month', yearly: 'Yearly gifts, by month' },
    month: 'Month',
    started: 'New',
    ended: 'Ended',
    reason: 'Why',
    runningThen: 'Running at the end',
    grossIn: 'Gross in {{currency}}',
    netIn: 'Net in {{currency}}',
    reasons: {
      cancellation_requested: 'cancelled on request',
      payment_failed: 'payment failed',
      payment_disputed: 'payment disputed',
      unknown: 'no reason given',
    },
    countedReason: '{{number}} {{reason}}',
    how: 'Expected is what runs, at its present amount, and neither ends before its next payment nor fails now. What fails is tried again by Stripe and is not counted. Status, amount and dates are what Stripe answered last.',
  },
} as const
