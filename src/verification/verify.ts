import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import type { StripeLists } from '../settlement/stripe-lists.ts'
import type { Finding } from './finding.ts'
import { deriveFromInbox } from './inbox-derivation.ts'
import { holdStill } from './inbox-reading-store.ts'
import type { LedgerCheckDeps } from './ledger-check.ts'
import { closings } from './ledger-reading-store.ts'
import type { Zones } from './newsroom-day.ts'
import { zonesOfProfiles } from './receipt-chain-store.ts'
import { checkSettlement, readMirror } from './settlement-pass.ts'
import { checkDonations, checkLedger, checkReversals, checkReceipts } from './table-pass.ts'

export type VerificationDeps = {
  readonly pool: pg.Pool
  /** Null: Stripe is not asked, and what the sweeps kept of its books is believed. */
  readonly books: StripeLists | null
  /** The newsroom's, as configured: where no particulars are recorded yet. */
  readonly timezone: string
}

export type Verification = {
  readonly differences: readonly Finding[]
  /** How many of each were looked at. */
  readonly looked: {
    readonly events: number
    readonly donations: number
    readonly ledgerTransactions: number
    readonly receipts: number
    readonly balanceTransactions: number
    readonly payouts: number
  }
}

/**
 * Derives everything once more from the inbox and Stripe's objects, and compares it with what the tables say. Reads
 * the tables as they stood at one moment and then asks Stripe, so that whoever writes meanwhile raises no alarm.
 */
export async function verify({ pool, books, timezone }: VerificationDeps): Promise<Verification> {
  const tables = await inTransaction(pool, async (tx) => {
    await holdStill(tx)
    const [latest = timezone, ...earlier] = await zonesOfProfiles(tx)
    const zones: Zones = [latest, ...earlier]
    const { expectation, events, differences } = await deriveFromInbox(tx, zones)
    const donations = await checkDonations(tx, expectation, zones)
    const { paymentOf, kept } = donations.gifts
    const deps: LedgerCheckDeps = {
      zones,
      closings: await closings(tx),
      paymentOf: (donationId) => paymentOf.get(donationId) ?? null,
      isKept: (payment) => kept.has(payment),
    }
    const reversals = await checkReversals(tx, expectation)
    const ledger = await checkLedger(tx, expectation, deps)
    const receipts = await checkReceipts(tx, expectation, donations.gifts, zones)
    const mirrored = await readMirror(tx)
    return {
      deps,
      mirrored,
      settled: ledger.settled,
      differences: [
        ...differences,
        ...donations.differences,
        ...reversals,
        ...ledger.differences,
        ...receipts.differences,
      ],
      looked: {
        events,
        donations: kept.size,
        ledgerTransactions: ledger.posted,
        receipts: receipts.receipts,
        balanceTransactions: mirrored.transactions.size,
        payouts: mirrored.payouts.size,
      },
    }
  })
  const { deps, mirrored, settled, looked } = tables
  const settlement = await checkSettlement(mirrored, settled, books, deps)
  return { differences: [...tables.differences, ...settlement], looked }
}
