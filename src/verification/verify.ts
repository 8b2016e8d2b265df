import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import type { StripeLists } from '../settlement/balance/stripe-balance.ts'
import type { Ownership } from '../stripe/events/ownership.ts'
import type { OpenRow } from '../sync/unreadable-rows-store.ts'
import type { Zones } from './expectation.ts'
import type { Finding } from './finding.ts'
import { deriveFromInbox } from './inbox-derivation.ts'
import { checkKeptTotals } from './kept-totals-pass.ts'
import { keptTablesFindings } from './kept-tables-check-store.ts'
import type { LedgerCheckDeps } from './checks/ledger-check.ts'
import { checkSettlement, readMirror } from './settlement-pass.ts'
import { checkDonations, checkLedger, checkReceipts, checkReversals } from './table-pass.ts'
import { closings, readFromOneSnapshot, zonesOfProfiles } from './verification-store.ts'

export type VerificationDeps = {
  readonly pool: pg.Pool
  /** Null: Stripe is not asked, and the stored balance transactions and payouts are taken for right. */
  readonly lists: StripeLists | null
  /** The configured timezone; it counts while no newsroom profile is recorded. */
  readonly timezone: string
  readonly ownership: Ownership
}

export type Verification = {
  readonly findings: readonly Finding[]
  /** Rows of Stripe's lists that cannot be read. They are kept apart and are in no table that was checked. */
  readonly unreadable: readonly OpenRow[]
  /** How many of each were checked. */
  readonly counts: {
    readonly events: number
    readonly donations: number
    readonly ledgerTransactions: number
    readonly receipts: number
    readonly balanceTransactions: number
    readonly payouts: number
  }
}

/**
 * Derives everything again from the stored events and Stripe's lists, and compares it with the tables. Reads the tables
 * as they stand at one instant and then asks Stripe, so that processing meanwhile causes no findings.
 */
export async function verify({ pool, lists, timezone, ownership }: VerificationDeps): Promise<Verification> {
  const tables = await inTransaction(pool, async (tx) => {
    await readFromOneSnapshot(tx)
    const [latest = timezone, ...earlier] = await zonesOfProfiles(tx)
    const zones: Zones = [latest, ...earlier]
    const { expectation, events, findings } = await deriveFromInbox(tx, zones, ownership)
    const closed = await closings(tx)
    const donations = await checkDonations(tx, expectation, { zones, closings: closed })
    const { paymentOf, payments } = donations.stored
    const deps: LedgerCheckDeps = {
      zones,
      closings: closed,
      paymentOf: (donationId) => paymentOf.get(donationId) ?? null,
      isStored: (payment) => payments.has(payment),
    }
    const reversals = await checkReversals(tx, expectation, deps.isStored)
    const ledger = await checkLedger(tx, expectation, donations.stored, deps)
    const receipts = await checkReceipts(tx, expectation, donations.stored, zones)
    const reports = await checkKeptTotals(tx)
    const kept = await keptTablesFindings(tx, zones)
    const mirror = await readMirror(tx)
    return {
      deps,
      mirror,
      balance: ledger.balance,
      findings: [
        ...findings,
        ...donations.findings,
        ...reversals,
        ...ledger.findings,
        ...receipts.findings,
        ...kept,
        ...reports,
      ],
      counts: {
        events,
        donations: payments.size,
        ledgerTransactions: ledger.posted,
        receipts: receipts.receipts,
        balanceTransactions: mirror.transactions.size,
        payouts: mirror.payouts.size,
      },
    }
  })
  const { deps, mirror, balance, counts } = tables
  const settlement = await checkSettlement(mirror, balance, lists, deps)
  return { findings: [...tables.findings, ...settlement], unreadable: mirror.unreadable, counts }
}
