/** How an import stands. The constraint `history_imports_status_is_known` in the database lists the same. */
export const historyImportStatuses = [
  /** Waits for staff to say what the columns mean. */
  'uploaded',
  'checking',
  /** Every row is read and checked; nothing is imported before somebody says so. */
  'checked',
  'importing',
  'imported',
  'cancelled',
  'failed',
  'taking_back',
  'taken_back',
] as const
export type HistoryImportStatus = (typeof historyImportStatuses)[number]

/** Statuses in which the worker has something to do. */
const workingStatuses = [
  'checking',
  'importing',
  'taking_back',
] as const satisfies readonly HistoryImportStatus[]
export type WorkingStatus = (typeof workingStatuses)[number]

export function isWorking(status: HistoryImportStatus): status is WorkingStatus {
  return (workingStatuses as readonly HistoryImportStatus[]).includes(status) // a tuple's `includes` takes its own members only
}

/** A file of gifts that a former system took, without its bytes. */
export type HistoryImport = {
  readonly id: string
  /** Which system: `givewp`, `donorbox`, or a short name that staff chose. */
  readonly source: string
  readonly fileName: string
  readonly status: HistoryImportStatus
  /** Rows below the headings, so far as they were counted. */
  readonly fileRows: number
  readonly rowsRead: number
  /** Gifts that the check found and that can be imported. */
  readonly ready: number
  readonly imported: number
  readonly takenBack: number
  readonly failure: ImportFailure | null
  readonly uploadedBy: string
  readonly uploadedAt: Date
  readonly endedAt: Date | null
  /** Whether the file is kept still. */
  readonly hasFile: boolean
}

/** Why a whole file cannot be read. */
const importFailures = [
  'not_a_table',
  'quote_not_closed',
  'row_too_long',
  'too_many_rows',
  'columns_missing',
  'worker',
] as const
export type ImportFailure = (typeof importFailures)[number]

/** 100,000 gifts of some 600 characters are 60 MB. */
export const MOST_FILE_BYTES = 64 * 1024 * 1024
export const MOST_FILE_ROWS = 500_000

/** A file that nobody goes on with is removed after so many days. */
export const UNFINISHED_KEPT_DAYS = 14

/** Rows that are left out on purpose. */
export const skipReasons = [
  'refunded',
  'pending',
  'abandoned',
  'failed',
  'cancelled',
  'test',
  'already_imported',
  'twice_in_the_file',
  'already_from_stripe',
  'donor_erased',
] as const
export type SkipReason = (typeof skipReasons)[number]

/** What is wrong with a row, so that somebody has to look at it. */
export const problemReasons = [
  'too_few_cells',
  'id_missing',
  'amount_missing',
  'amount_unreadable',
  'amount_decimals',
  'amount_not_positive',
  'amount_in_other_currency',
  'amount_too_large',
  'currency_unknown',
  'date_missing',
  'date_unreadable',
  'date_in_the_future',
  'date_too_old',
  'time_unreadable',
  'status_missing',
  'status_unknown',
  'email_not_valid',
  'story_is_no_address',
  'too_long',
  'refunded_in_part',
  'month_closed',
  'same_id_other_content',
  'same_id_twice_in_the_file',
] as const
export type ProblemReason = (typeof problemReasons)[number]

/** Why a row of the file is no new gift. It repeats nothing that the row says. */
export type RowNote = {
  /** As a spreadsheet counts: the row of headings is usually 1. */
  readonly row: number
  /** Of the column; empty where the whole row is meant. */
  readonly heading: string
} & (
  | { readonly outcome: 'problem'; readonly reason: ProblemReason }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason }
)
