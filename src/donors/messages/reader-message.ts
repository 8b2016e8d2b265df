/** Characters of a question. */
export const LONGEST_MESSAGE = 2_000

/**
 * Where a message was written: `my`, a question on the donor's own page; `gift`, with the gift; `thank_you`, after it. The
 * constraint `reader_messages_source_is_known` in the database lists the same.
 */
export const messageSources = ['my', 'gift', 'thank_you'] as const
export type MessageSource = (typeof messageSources)[number]

/** What a donor wrote to the newsroom, with who wrote it as the gift says now. */
export type ReaderMessage = {
  readonly id: string
  readonly donationId: string
  readonly source: MessageSource
  /** Empty: the donor was erased. */
  readonly text: string
  readonly donorName: string | null
  readonly donorEmail: string | null
  readonly writtenAt: Date
  readonly answeredAt: Date | null
  readonly answeredBy: string | null
}
