import { parseReceiptNumber, receiptNumber } from './receipt-number.ts'

/** Where the numbers of issued receipts are backed up outside the database, by payment. */
export type ReceiptNumberBackups = {
  /** `refused`: the payment can never hold it; `not_now`: try again. */
  write(payment: string, text: string): Promise<'saved' | 'refused' | 'not_now'>
  /** Null: the payment holds no backup. */
  read(payment: string): Promise<string | null>
}

/** A receipt in the metadata of its payment at Stripe: its number and its amount. */
export type BackedUpReceipt = {
  readonly year: number
  readonly number: bigint
  readonly amountMinor: bigint
}

/** The receipts of one payment, oldest first, and whether the donor got a notice that the last one is void. */
export type ReceiptNumberBackup = { readonly receipts: readonly BackedUpReceipt[]; readonly isVoid: boolean }

// Stripe's limit for a value of metadata.
const LONGEST = 500

/** `2026-000101:5000 2026-000104:4000 void`, within the 500 characters of a metadata value; the oldest are left out first. */
export function backupText({ receipts, isVoid }: ReceiptNumberBackup): string {
  const words = receipts.map(
    ({ year, number, amountMinor }) => `${receiptNumber(year, number)}:${amountMinor}`,
  )
  if (isVoid) words.push('void')
  while (words.join(' ').length > LONGEST) words.shift()
  return words.join(' ')
}

/** Ignores what does not have that form, since metadata can be edited by hand. */
export function parseBackup(text: string): ReceiptNumberBackup {
  const receipts = text.split(' ').flatMap((word): BackedUpReceipt[] => {
    const [printed = '', amount = ''] = word.split(':')
    const number = parseReceiptNumber(printed)
    if (!number || !/^[1-9]\d{0,17}$/.test(amount)) return []
    return [{ year: number.year, number: number.sequence, amountMinor: BigInt(amount) }]
  })
  return { receipts, isVoid: text.split(' ').includes('void') }
}

/** A number to reserve; `payment` is null when its gift is unknown. */
export type Reservation = {
  readonly year: number
  readonly number: bigint
  readonly payment: string | null
  readonly amountMinor: bigint | null
  readonly voidMailed: boolean
}

/**
 * The numbers to reserve: those that the backups name and the database does not have, and the numbers between them.
 * @param lastNumbers the database's last number of each year
 */
export function reservationsFor(
  backups: ReadonlyMap<string, ReceiptNumberBackup>,
  lastNumbers: ReadonlyMap<number, bigint>,
): Reservation[] {
  const isLost = ({ year, number }: Pick<Reservation, 'year' | 'number'>) =>
    number > (lastNumbers.get(year) ?? 0n)
  const owned = [...backups].flatMap(([payment, { receipts, isVoid }]) =>
    receipts
      .map((receipt) => ({ ...receipt, payment, voidMailed: isVoid && receipt === receipts.at(-1) }))
      // A receipt that the database has may have been voided since, and its donor got the notice.
      .filter((receipt) => isLost(receipt) || receipt.voidMailed),
  )
  const byYear = Map.groupBy(owned.filter(isLost), ({ year }) => year)
  const between = [...byYear].flatMap(([year, backedUp]) => {
    const taken = new Set(backedUp.map(({ number }) => number))
    const free: Reservation[] = []
    const last = backedUp.reduce((most, { number }) => (number > most ? number : most), 0n)
    for (let number = (lastNumbers.get(year) ?? 0n) + 1n; number < last; number += 1n)
      if (!taken.has(number)) free.push({ year, number, payment: null, amountMinor: null, voidMailed: false })
    return free
  })
  return [...owned, ...between]
}
