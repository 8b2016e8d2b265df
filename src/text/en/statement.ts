/** A donor's statement of a year, as a PDF. */
export const statement = {
  title_donation: 'Donations from {{from}} to {{to}}',
  title_contribution: 'Contributions from {{from}} to {{to}}',
  for: 'For {{name}}',
  date: 'Date',
  receipt: 'Receipt',
  noReceipt: 'no valid receipt',
  earlierReceipt: 'earlier system',
  given: 'Given',
  returned: 'Returned',
  remains: 'Remains',
  sum: 'In all: {{gross}}',
  sumLessReturned: 'In all: {{gross}}, of which {{returned}} was returned; {{remains}} remains',
  fees: 'Of what was given, {{fee}} covers processing fees.',
  receiptsHold: 'The receipts of the single gifts hold. This statement lists them and replaces none.',
  earlierReceipts:
    'Gifts that say “earlier system” were made through the system that the newsroom used before. It issued their receipts, which hold.',
  questions: 'Questions: {{email}}',
} as const
