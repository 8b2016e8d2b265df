/** Where the numbers of issued receipts are remembered outside the database, by payment. */
export type ReceiptNumberBackups = {
  /** `refused`: it will never be kept; `not_now`: try again. */
  write(payment: string, text: string): Promise<'kept' | 'refused' | 'not_now'>
  /** Null: nothing is remembered of this payment. */
  read(payment: string): Promise<string | null>
}
