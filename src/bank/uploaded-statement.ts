import type { LocalDate } from '../calendar/local-date.ts'
import type { BankFormat, StatementLine } from './bank-statement.ts'
import type { DepositMatch, OpenBankLine } from './match-deposits.ts'

/** A file that staff uploaded. */
export type NewStatement = {
  readonly id: string
  readonly fileHash: Buffer
  readonly fileName: string
  readonly file: Buffer
  readonly format: BankFormat
  readonly uploadedBy: string
  readonly uploadedAt: Date
}

/** A movement with its place in the file and the hash by which it is stored once. */
export type IdentifiedLine = StatementLine & { readonly place: number; readonly identity: Buffer }

/** A stored statement with how many movements it brought and how many of them are deposits. */
export type StatementRow = {
  readonly id: string
  readonly fileName: string
  readonly format: BankFormat
  readonly account: string | null
  readonly firstDay: LocalDate | null
  readonly lastDay: LocalDate | null
  readonly uploadedBy: string
  readonly uploadedAt: Date
  readonly fileHash: string
  readonly lines: bigint
  readonly matched: bigint
}

/** A movement with the deposit that it is matched to, if any. */
export type LineRow = OpenBankLine & {
  readonly place: number
  readonly statementId: string
  readonly match: {
    readonly payoutId: string
    readonly kind: DepositMatch['kind']
    readonly rule: DepositMatch['rule'] | 'chosen'
    readonly matchedBy: string
    readonly arrivalDate: LocalDate
  } | null
}
