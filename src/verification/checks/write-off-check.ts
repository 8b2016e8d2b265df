import { reversedEntries } from '../../ledger/ledger.ts'
import { daysOfWriteOff, writeOffEntries, type WriteOff } from '../../reconciliation/write-offs/write-off.ts'
import { entriesText, type ExpectedPosting, type Zones } from '../expectation.ts'

/** What write-offs and their reversals must be in the ledger. A write-off that waits or was declined is nothing there. */
export function writeOffPostings(writeOffs: readonly WriteOff[], zones: Zones): ExpectedPosting[] {
  return writeOffs.flatMap((writeOff) => {
    const { id: source, object: clears, month, posted, reversed } = writeOff
    if (posted === null) return []
    const entries = writeOffEntries(writeOff)
    const days = new Set(zones.flatMap((zone) => daysOfWriteOff(month, posted.at, zone)))
    const movement = { source, clears, payment: null, days }
    const written: ExpectedPosting = {
      ...movement,
      effect: 'written_off',
      entries: entriesText(entries),
      instants: [posted.at],
    }
    if (reversed === null) return [written]
    const back: ExpectedPosting = {
      ...movement,
      effect: 'write_off_reversed',
      entries: entriesText(reversedEntries(entries)),
      instants: [reversed.at],
    }
    return [written, back]
  })
}
