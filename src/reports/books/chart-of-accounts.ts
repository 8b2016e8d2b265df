import type { LedgerAccount } from '../../ledger/ledger.ts'

/** Where an account stands: what the newsroom has, what it earned and spent, or what is not its gifts' at all. */
export type AccountSection = 'assets' | 'result' | 'apart'

/** Every account in the order of a chart of accounts. The compiler refuses one that is missing. */
const CHART: Readonly<Record<LedgerAccount, AccountSection>> = {
  bank: 'assets',
  payouts_in_transit: 'assets',
  stripe_balance: 'assets',
  stripe_reserve: 'assets',
  stripe_clearing: 'assets',
  opening_balance: 'assets',
  donations: 'result',
  refunds: 'result',
  disputes: 'result',
  stripe_fees: 'result',
  dispute_fees: 'result',
  fx: 'result',
  write_offs: 'result',
  other_income: 'result',
  other_expenses: 'result',
  other_stripe_activity: 'apart',
  other_programs: 'apart',
}

// `Object.keys` loses the names of the accounts.
export const accounts = Object.keys(CHART) as LedgerAccount[]

export function isAccount(text: string): text is LedgerAccount {
  return Object.hasOwn(CHART, text)
}

export function sectionOf(account: LedgerAccount): AccountSection {
  return CHART[account]
}

/** By currency, then in the order of the chart. An account of a newer release comes last. */
export function inChartOrder<Row extends { readonly account: string; readonly currency: string }>(
  rows: readonly Row[],
): Row[] {
  const place = ({ account }: Row) => (isAccount(account) ? accounts.indexOf(account) : accounts.length)
  return rows.toSorted((a, b) =>
    a.currency === b.currency ? place(a) - place(b) : a.currency < b.currency ? -1 : 1,
  )
}
