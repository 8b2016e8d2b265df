/** Characters of a question. */
export const LONGEST_MESSAGE = 2_000

/** A question that a donor asked, with who asked it as the gift says now. */
export type ReaderMessage = {
  readonly id: string
  readonly donationId: string
  /** Empty: the donor was erased. */
  readonly text: string
  readonly donorName: string | null
  readonly donorEmail: string | null
  readonly writtenAt: Date
  readonly answeredAt: Date | null
  readonly answeredBy: string | null
}
