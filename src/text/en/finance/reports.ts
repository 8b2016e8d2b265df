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
    },
  },
} as const
