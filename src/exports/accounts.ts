import { z } from 'zod'
import type { LedgerAccount } from '../ledger/ledger.ts'

/** The ledger's accounts in the order of a chart of accounts: what the newsroom owns, income, its reductions, costs. */
export const ledgerAccounts = [
  'bank',
  'payouts_in_transit',
  'stripe_balance',
  'stripe_clearing',
  'stripe_reserve',
  'opening_balance',
  'donations',
  'refunds',
  'disputes',
  'other_income',
  'stripe_fees',
  'dispute_fees',
  'fx',
  'other_expenses',
  'write_offs',
  'other_stripe_activity',
  'other_programs',
  'imported_history',
] as const satisfies readonly LedgerAccount[]

/** The newsroom's own account that an account of the ledger is. */
export type AccountCode = {
  readonly account: LedgerAccount
  readonly code: string
  /** As the newsroom's bookkeeping writes it; QuickBooks writes a sub-account after its parent and a colon. */
  readonly name: string
}

const LONGEST_CODE = 50
const LONGEST_NAME = 150

/** One line of the form: both filled in, or neither. */
export const accountLine = z
  .object({ code: z.string().trim().max(LONGEST_CODE), name: z.string().trim().max(LONGEST_NAME) })
  .refine(({ code, name }) => (code === '') === (name === ''))
