import type { Queryable } from '../db/database.ts'
import type { Finding } from './finding.ts'
import {
  differingDonors,
  differingDonorTotals,
  differingFiscalYear,
  differingLines,
  differingTotals,
  donationIds,
  foldingState,
  keptYears,
  strayLines,
  type KeptRow,
} from './kept-totals-store.ts'

/**
 * Checks the sums that reports read: the lines against the ledger, and each sum against what it sums. Donations whose
 * latest postings wait to be folded are left out, and before the first fill is done nothing is compared.
 */
export async function checkKeptTotals(tx: Queryable): Promise<Finding[]> {
  const { isFilled, pending, fiscalYears } = await foldingState(tx)
  if (!isFilled) return []
  const waiting = new Set(pending)
  const findings: Finding[] = []
  for (
    let ids = await donationIds(tx, null);
    ids.length > 0;
    ids = await donationIds(tx, ids.at(-1) ?? null)
  ) {
    const folded = ids.filter((id) => !waiting.has(id))
    findings.push(...findingsOf('report_line', await differingLines(tx, folded)))
  }
  for (const object of await strayLines(tx))
    findings.push({ kind: 'report_line', object, expected: 'nothing', found: 'a line of no donation' })
  for (const year of await keptYears(tx)) {
    for (const differing of [differingTotals, differingDonors, differingDonorTotals])
      findings.push(...findingsOf('report_total', await differing(tx, year)))
    if (fiscalYears !== null)
      findings.push(...findingsOf('report_total', await differingFiscalYear(tx, year, fiscalYears)))
  }
  return findings
}

/** A row that differs is found twice, as it should be and as it is. */
function findingsOf(kind: 'report_line' | 'report_total', rows: readonly KeptRow[]): Finding[] {
  return [...Map.groupBy(rows, ({ object }) => object)].map(([object, ofObject]) => ({
    kind,
    object,
    expected: ofObject.find(({ isKept }) => !isKept)?.sums ?? 'nothing',
    found: ofObject.find(({ isKept }) => isKept)?.sums ?? 'nothing',
  }))
}
