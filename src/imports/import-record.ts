import type { RowNote } from './history-import.ts'

/** How often each reason came, the most frequent first. */
export type NoteCount = Pick<RowNote, 'outcome' | 'reason'> & { readonly count: number }

/** What the gifts of an import come to, in minor units, by calendar year and currency. */
export type ImportSum = {
  readonly year: number
  readonly currency: string
  readonly gifts: number
  readonly grossMinor: bigint
}

/** Gifts as the check read them, so that staff see whether days and amounts are what they mean. */
export type StagedSample = {
  readonly row: number
  readonly givenAt: Date
  readonly currency: string
  readonly grossMinor: bigint
  readonly donorName: string | null
}
