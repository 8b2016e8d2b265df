import type { LedgerAccount } from '../../ledger/ledger.ts'

/** Every account in the order of a chart of accounts. The compiler refuses one that is missing. */
const CHART: Readonly<Record<LedgerAccount, true>> = {
  bank: true,
  payouts_in_transit: true,
  stripe_balance: true,
  stripe_reserve: true,
  stripe_clearing: true,
  opening_balance: true,
  donations: true,
  refunds: true,
  disputes: true,
  stripe_fees: true,
  dispute_fees: true,
  fx: true,
  write_offs: true,
  other_income: true,
  other_expenses: true,
  other_stripe_activity: true,
  other_programs: true,
  imported_history: true,
}

// `Object.keys` loses the names of the accounts.
export const accounts = Object.keys(CHART) as LedgerAccount[]

export function isAccount(text: string): text is LedgerAccount {
  return Object.hasOwn(CHART, text)
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
