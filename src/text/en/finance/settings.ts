/** What can be set, and who may get in. */
export const settingsWords = {
  settings: {
    title: 'Settings',
    back: '← Settings',
    list: {
      staff: {
        title: 'Colleagues',
        answers: 'Who may sign in, with which role. Let a colleague in, or take a leaver’s access away.',
      },
      tokens: {
        title: 'Tokens for programs',
        answers: 'Which programs may read the figures, and until when.',
      },
      audit: { title: 'Audit trail', answers: 'Who did what and when, and whether the record is complete.' },
    },
  },
} as const
