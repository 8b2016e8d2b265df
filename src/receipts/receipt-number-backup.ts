import { parseReceiptNumber, receiptNumber } from './receipt-number.ts'

/** A receipt as Stripe remembers it for us: its number and amount. */
export type NotedReceipt = {
  readonly year: number
  readonly number: bigint
  readonly amountMinor: bigint
}

/** The receipts of one payment, oldest first, and whether its donor was told that the last one is void. */
export type ReceiptNumberBackup = { readonly receipts: readonly NotedReceipt[]; readonly isVoid: boolean }

// Stripe's limit for a value of metadata.
const LONGEST = 500

/** `2026-000101:5000 2026-000104:4000 void`. When there are too many, the oldest are left out. */
export function backupText({ receipts, isVoid }: ReceiptNumberBackup): string {
  const words = receipts.map(
    ({ year, number, amountMinor }) => `${receiptNumber(year, number)}:${amountMinor}`,
  )
  if (isVoid) words.push('void')
  while (words.join(' ').length > LONGEST) words.shift()
  return words.join(' ')
}

/** What is not of that form says nothing: metadata can be edited by hand. */
export function readBackup(text: string): ReceiptNumberBackup {
  const receipts = text.split(' ').flatMap((word): NotedReceipt[] => {
    const [printed = '', amount = ''] = word.split(':')
    const number = parseReceiptNumber(printed)
    if (!number || !/^[1-9]\d{0,17}$/.test(amount)) return []
    return [{ year: number.year, number: number.sequence, amountMinor: BigInt(amount) }]
  })
  return { receipts, isVoid: text.split(' ').includes('void') }
}

/** A number to be kept free; `payment` null: nobody remembers whose it is. */
export type Reservation = {
  readonly year: number
  readonly number: bigint
  readonly payment: string | null
  readonly amountMinor: bigint | null
  readonly voidMailed: boolean
}

/**
 * What must be kept free when these notes tell of numbers that the database does not have.
 * @param lastNumbers how far the database has come in each year
 */
export function reservationsFor(
  notes: ReadonlyMap<string, ReceiptNumberBackup>,
  lastNumbers: ReadonlyMap<number, bigint>,
): Reservation[] {
  const isLost = ({ year, number }: Pick<Reservation, 'year' | 'number'>) =>
    number > (lastNumbers.get(year) ?? 0n)
  const owned = [...notes].flatMap(([payment, { receipts, isVoid }]) =>
    receipts
      .map((receipt) => ({ ...receipt, payment, voidMailed: isVoid && receipt === receipts.at(-1) }))
      // A receipt that is here all the same may have been voided since: its donor was told.
      .filter((receipt) => isLost(receipt) || receipt.voidMailed),
  )
  const byYear = Map.groupBy(owned.filter(isLost), ({ year }) => year)
  const between = [...byYear].flatMap(([year, noted]) => {
    const taken = new Set(noted.map(({ number }) => number))
    const free: Reservation[] = []
    const last = noted.reduce((most, { number }) => (number > most ? number : most), 0n)
    for (let number = (lastNumbers.get(year) ?? 0n) + 1n; number < last; number += 1n)
      if (!taken.has(number)) free.push({ year, number, payment: null, amountMinor: null, voidMailed: false })
    return free
  })
  return [...owned, ...between]
}
