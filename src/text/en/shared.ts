/** What every page may say. */
export const shared = {
  skipToContent: 'Skip to content',
  errorTitle: 'Error: {{title}}',
  checkTheForm: 'Please check the form',
} as const
