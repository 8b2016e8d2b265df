const PREFIX = 'TEST – '

/** The newsroom's name on everything that a test makes: pages, receipts, mails and Stripe's payment page. */
export function testName(name: string): string {
  return `${PREFIX}${name}`
}

/** Whether a page is about a test. A receipt keeps the name that it was issued with, so it says so for ever. */
export function isTestName(name: string): boolean {
  return name.startsWith(PREFIX)
}
