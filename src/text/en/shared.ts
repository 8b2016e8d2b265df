/** What every page may say. */
export const shared = {
  skipToContent: 'Skip to content',
  errorTitle: 'Error: {{title}}',
  testMode: 'This is a test. No money moves, and receipts are not valid.',
  checkTheForm: 'Please check the form',
  sourceCode: 'Free software: its source code',
} as const
