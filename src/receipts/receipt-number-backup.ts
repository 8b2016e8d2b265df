import { parseReceiptNumber, receiptNumber } from './receipt-number.ts'

/** The backup of receipt numbers outside the database: each payment holds the numbers of its receipts. */
export type ReceiptNumberBackups = {
  /** `refused`: the payment can never hold the text; `not_now`: a later try may succeed. */
  write(payment: string, text: string): Promise<'saved' | 'refused' | 'not_now'>
  /** Null when the payment holds no backup. */
  read(payment: string): Promise<string | null>
}

/** What the backup holds of a receipt. */
type BackedUpReceipt = {
  readonly year: number
  readonly number: bigint
  readonly amountMinor: bigint
}

/** The receipts of one payment, oldest first, and whether the donor received a notice that the last one is void. */
export type ReceiptNumberBackup = { readonly receipts: readonly BackedUpReceipt[]; readonly isVoid: boolean }

// Stripe accepts at most 500 characters as a metadata value (docs.stripe.com/metadata).
const LONGEST = 500

/** `2026-000101:5000 2026-000104:4000 void`. A text that would be too long leaves out the oldest receipts. */
export function backupText({ receipts, isVoid }: ReceiptNumberBackup): string {
  const words = receipts.map(
    ({ year, number, amountMinor }) => `${receiptNumber(year, number)}:${amountMinor}`,
  )
  if (isVoid) words.push('void')
  while (words.join(' ').length > LONGEST) words.shift()
  return words.join(' ')
}

/** Ignores words of any other form, since people can edit metadata by hand. */
export function parseBackup(text: string): ReceiptNumberBackup {
  const receipts = text.split(' ').flatMap((word): BackedUpReceipt[] => {
    const [printed = '', amount = ''] = word.split(':')
    const number = parseReceiptNumber(printed)
    if (!number || !/^[1-9]\d{0,17}$/.test(amount)) return []
    return [{ year: number.year, number: number.sequence, amountMinor: BigInt(amount) }]
  })
  return { receipts, isVoid: text.split(' ').includes('void') }
}

/** A receipt number to reserve; `payment` and `amountMinor` are null when its gift is unknown. */
export type Reservation = {
  readonly year: number
  readonly number: bigint
  readonly payment: string | null
  readonly amountMinor: bigint | null
  readonly voidMailed: boolean
}

/**
 * The numbers to reserve: those that the backups name and the database lacks, and the numbers between them.
 * @param lastNumbers the database's last number of each year
 */
export function reservationsFor(
  backups: ReadonlyMap<string, ReceiptNumberBackup>,
  lastNumbers: ReadonlyMap<number, bigint>,
): Reservation[] {
  const isLost = ({ year, number }: Pick<Reservation, 'year' | 'number'>) =>
    number > (lastNumbers.get(year) ?? 0n)
  const named = [...backups].flatMap(([payment, { receipts, isVoid }]) =>
    receipts
      .map((receipt) => ({ ...receipt, payment, voidMailed: isVoid && receipt === receipts.at(-1) }))
      // The database may have a receipt but not the void notice that its donor received later.
      .filter((receipt) => isLost(receipt) || receipt.voidMailed),
  )
  const byYear = Map.groupBy(named.filter(isLost), ({ year }) => year)
  const between = [...byYear].flatMap(([year, backedUp]) => {
    const taken = new Set(backedUp.map(({ number }) => number))
    const free: Reservation[] = []
    const last = backedUp.reduce((highest, { number }) => (number > highest ? number : highest), 0n)
    for (let number = (lastNumbers.get(year) ?? 0n) + 1n; number < last; number += 1n)
      if (!taken.has(number)) free.push({ year, number, payment: null, amountMinor: null, voidMailed: false })
    return free
  })
  return [...named, ...between]
}
