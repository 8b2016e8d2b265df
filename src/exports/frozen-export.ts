import { daysOf, wholeMonth, type Month } from '../calendar/month.ts'
import type { LoggedExport } from './export-log.ts'

/** The files of a month whose hashes its closing keeps, as CSV. */
export const frozenKinds = ['ledger', 'deposits'] as const
export type FrozenKind = (typeof frozenKinds)[number]

export function frozenName(kind: FrozenKind, month: Month): string {
  const { from, to } = daysOf(month)
  return `${kind}-${from}-${to}.csv`
}

/** The hashes that a closed month keeps of its files. */
export type FrozenHashes = ReadonlyMap<Month, readonly { readonly name: string; readonly sha256: string }[]>

type Compared = Pick<LoggedExport, 'kind' | 'format' | 'filters' | 'outcome' | 'sha256'>

/** The file of a month that an export is another copy of; null for any other export. */
export function fileOfMonth({
  kind,
  format,
  filters,
  outcome,
}: Compared): { readonly kind: FrozenKind; readonly month: Month } | null {
  const frozen = frozenKinds.find((one) => one === kind)
  const { from, to, since } = filters
  if (!frozen || format !== 'csv' || outcome !== 'complete' || since !== undefined) return null
  if (typeof from !== 'string' || typeof to !== 'string') return null
  const month = wholeMonth({ from, to })
  return month && { kind: frozen, month }
}

/** Whether an export of a closed month is the file of its closing; null where there is none to compare it with. */
export function comparedWithClosing(
  one: Compared,
  hashes: FrozenHashes,
): { readonly kind: FrozenKind; readonly month: Month; readonly isSame: boolean } | null {
  const file = fileOfMonth(one)
  if (!file || one.sha256 === null) return null
  const name = frozenName(file.kind, file.month)
  const frozen = hashes.get(file.month)?.find((kept) => kept.name === name)
  return frozen ? { ...file, isSame: frozen.sha256 === one.sha256.toString('hex') } : null
}

/** A file of a closed month as it would be now, beside the file of the closing. */
export type ComparedFile = {
  readonly sha256: string
  readonly lines: number
  readonly headings: readonly string[]
  /** Null where an earlier release closed the month, which kept the hash alone. */
  readonly closing: {
    readonly lines: number
    /** Lines of the closing that are not there any more, or are there otherwise. */
    readonly gone: number
    /** Lines that the closing did not have. */
    readonly added: number
    /** The first of those, each with its number in the file; the headings are line 1. */
    readonly firstAdded: readonly { readonly number: number; readonly line: string }[]
  } | null
}
