/** Finance's reports. */
export const reportsWords = {
  reports: {
    title: 'Reports',
    group: { giving: 'Giving', books: 'Books', donors: 'Donors' },
    /** One entry for each report of `pages/finance/reports/report-index-view.ts`: its title, and the question that it answers. */
    list: {
      overview: {
        title: 'Overview',
        answers: 'What came in, what it cost, and how that compares with the time before.',
      },
    },
  },
} as const
