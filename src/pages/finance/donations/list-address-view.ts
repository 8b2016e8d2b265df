/** The fields of the list's address, in the order in which the page shows them. */
export const listFields = [
  'q',
  'period',
  'from',
  'to',
  'basis',
  'status',
  'currency',
  'atLeast',
  'atMost',
  'frequency',
  'story',
  'campaign',
  'fund',
  'payout',
  'receipt',
  'donor',
  'import',
  'sort',
  'order',
] as const
export type ListField = (typeof listFields)[number]
/** What stands in the address, as it was typed. */
export type ListAddress = Readonly<Partial<Record<ListField, string>>>

/** The list's address with other fields; an empty field is left out. */
export function listUrl(typed: ListAddress, changes: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ ...typed, ...changes }).filter(([, value]) => value !== '')
  return fields.length === 0 ? '/finance/donations' : `/finance/donations?${new URLSearchParams(fields)}`
}
