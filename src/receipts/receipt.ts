import { formatMoney, type Money } from '../money/money.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { giftKind } from '../newsroom/gift-kind.ts'
import type { ReceiptNumber } from './receipt-number.ts'
import type { LocalDate } from '../calendar/local-date.ts'

/** What the reader holds in hand: never edited, only voided and replaced by another. */
export type Receipt = {
  readonly number: ReceiptNumber
  /** The unguessable part of the receipt's address. */
  readonly token: string
  readonly donationId: string
  readonly money: Money
  /** Null when the donor gave none or has been erased. */
  readonly donorName: string | null
  readonly givenOn: LocalDate
  readonly issuedAt: Date
  readonly profile: NewsroomProfile
  readonly frequency: 'once' | 'monthly' | 'yearly'
  readonly voidedAt: Date | null
  readonly replacedBy: ReceiptNumber | null
  readonly replaces: ReceiptNumber | null
}

export type ReceiptRow = { readonly label: string; readonly value: string }

/** The facts of a receipt in the order of page, PDF and mail; all three show the same. */
export function receiptRows(receipt: Receipt): readonly ReceiptRow[] {
  const { donorName, money, replaces } = receipt
  const rows = [
    { label: 'Receipt number', value: receipt.number },
    { label: 'Date of gift', value: dayInWords(receipt.givenOn) },
    { label: 'Amount', value: amountInWords(money) },
    { label: 'Kind', value: kindInWords(receipt) },
  ]
  if (donorName !== null) rows.push({ label: 'From', value: donorName })
  rows.push({ label: 'To', value: receipt.profile.name })
  if (replaces !== null) rows.push({ label: 'Replaces receipt', value: replaces })
  return rows
}

/** Said before anything else on a receipt that is no longer valid; null on a valid one. */
export function voidNotice(receipt: Receipt): string | null {
  if (receipt.voidedAt === null) return null
  if (receipt.replacedBy === null) return 'This receipt has been voided and is no longer valid.'
  return `This receipt has been voided and replaced by receipt ${receipt.replacedBy}.`
}

/** `$5.00 USD`: the code settles which dollar or peso is meant. */
export function amountInWords(money: Money): string {
  const code = money.currency.toUpperCase()
  const shown = formatMoney(money, 'en')
  return shown.includes(code) ? shown : `${shown} ${code}`
}

/** `23 November 2026`: no reader takes the day for the month. */
export function dayInWords(date: LocalDate): string {
  return longDate.format(new Date(`${date}T00:00:00Z`))
}
const longDate = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

function kindInWords({ frequency, profile }: Receipt): string {
  const noun = giftKind(profile.legalStatus)
  switch (frequency) {
    case 'once':
      return `One-time ${noun}`
    case 'monthly':
      return `Monthly ${noun}`
    case 'yearly':
      return `Yearly ${noun}`
  }
}
