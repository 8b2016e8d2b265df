import { formatMoney, hasCountrysSign, type Money } from '../money/money.ts'
import { originalStatement, statementIn, statementSource, type NewsroomProfile } from '../newsroom/profile.ts'
import { giftKind } from '../newsroom/gift-kind.ts'
import type { ReceiptNumber } from './receipt-number.ts'
import type { VoidReason } from './receipt-revisions.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import { dateFormat } from '../text/date-format.ts'
import type { Text } from '../text/text.ts'

/** A receipt as it was issued. It is never edited, only voided and replaced by another one. */
export type Receipt = {
  readonly number: ReceiptNumber
  /** The unguessable part of the receipt's address. */
  readonly token: string
  readonly donationId: string
  readonly money: Money
  /** What of `money` the donor added to cover the processing fee; null: nothing, or it is not known any more. */
  readonly coveredFee: Money | null
  /** What the donor was charged for the gift, where that is another currency. */
  readonly presentment: Money | null
  /** Null when the donor gave no name or was erased. */
  readonly donorName: string | null
  readonly givenOn: LocalDate
  readonly issuedAt: Date
  readonly profile: NewsroomProfile
  readonly frequency: 'once' | 'monthly' | 'yearly'
  /** BCP 47: the language in which the gift was made; null when it is unknown. */
  readonly locale: string | null
  readonly voidedAt: Date | null
  /** Null on a valid receipt. */
  readonly voidReason: VoidReason | null
  readonly replacedBy: ReceiptNumber | null
  readonly replaces: ReceiptNumber | null
}

/** What proves to others that a receipt is genuine, and the absolute address at which they see that it is. */
export type ReceiptProof = { readonly code: string; readonly url: string; readonly pageUrl: string }

export const receiptStatuses = ['valid', 'replaced_after_return', 'replaced', 'returned', 'void'] as const
/** How a receipt stands today. A return is a refund, a lost dispute, or a debit that the bank took back. */
export type ReceiptStatus = (typeof receiptStatuses)[number]

export function receiptStatus({
  voidReason,
  isReplaced,
}: {
  readonly voidReason: VoidReason | null
  readonly isReplaced: boolean
}): ReceiptStatus {
  if (voidReason === null) return 'valid'
  const isReturn = ['refunded', 'dispute_lost', 'bank_returned'].includes(voidReason)
  if (isReplaced) return isReturn ? 'replaced_after_return' : 'replaced'
  return isReturn ? 'returned' : 'void'
}

/** What a receipt's number and code show to anybody: nothing about its donor. */
export type CheckedReceipt = Pick<Receipt, 'number' | 'givenOn' | 'money'> & {
  readonly newsroomName: string
  readonly status: ReceiptStatus
}

export type ReceiptRow = { readonly label: string; readonly value: string }

/** The facts of a receipt in the order in which the page, the PDF and the mail show them. */
export function receiptRows(receipt: Receipt, text: Text): readonly ReceiptRow[] {
  const t = text.receipt
  const { donorName, frequency, presentment, profile, replaces } = receipt
  const rows: ReceiptRow[] = [
    { label: t('number'), value: receipt.number },
    { label: t('date'), value: dayInWords(receipt.givenOn, text) },
    { label: t('amount'), value: amountOf(receipt, text) },
    ...(presentment === null ? [] : [{ label: t('charged'), value: amountInWords(presentment, text) }]),
    { label: t('kind'), value: t(frequency, { context: giftKind(profile.legalStatus) }) },
  ]
  if (donorName !== null) rows.push({ label: t('from'), value: donorName })
  rows.push({ label: t('to'), value: recipientOf(profile, text) })
  if (replaces !== null) rows.push({ label: t('replaces'), value: replaces })
  return rows
}

/** A covered fee is part of the gift; the receipt says how much it is. */
function amountOf({ money, coveredFee }: Receipt, text: Text): string {
  const amount = amountInWords(money, text)
  if (coveredFee === null) return amount
  return text.receipt('amountWithFee', { amount, fee: formatMoney(coveredFee, text.locale) })
}

/** A gift to a sponsored project is a gift to its sponsor, whom the receipt has to name (IRS Publication 1771). */
function recipientOf({ legalStatus, fiscalSponsor, name: newsroom }: NewsroomProfile, text: Text): string {
  return legalStatus === 'fiscally_sponsored' && fiscalSponsor !== null
    ? text.receipt('toSponsor', { sponsor: fiscalSponsor, newsroom })
    : newsroom
}

/** 26 USC 170(f)(8): single gifts from so much on are deductible only with a written acknowledgment. */
const ACKNOWLEDGED_FROM_CENTS = 25_000n

/** The legal paragraphs of a receipt, by the newsroom's legal status at the gift. */
export type LegalWords = {
  /** In the reader's language. */
  readonly paragraphs: readonly string[]
  /** The English that they translate, which holds; null where they are that. */
  readonly english: string | null
}

/**
 * What the law asks a receipt to say. A charity's statement on goods and services stands on every receipt; from 250 US
 * dollars on the receipt also says what it is to the donor's tax office.
 */
export function legalWords(receipt: Receipt, text: Text): LegalWords {
  const { money, profile, voidedAt } = receipt
  const isAcknowledgment =
    voidedAt === null &&
    giftKind(profile.legalStatus) === 'donation' &&
    money.currency === 'usd' &&
    money.minor >= ACKNOWLEDGED_FROM_CENTS &&
    namesUsLaw(profile)
  return {
    paragraphs: [statementIn(profile, text), ...(isAcknowledgment ? [text.receipt('acknowledgment')] : [])],
    english: originalStatement(profile, text),
  }
}

/** An American newsroom's own paragraph names the law as ours does. */
function namesUsLaw(profile: NewsroomProfile): boolean {
  const source = statementSource(profile)
  return source === 'us' || (source === 'own' && /501\(c\)|Internal Revenue/.test(profile.statement))
}

/** The first sentence on a receipt that is no longer valid; null on a valid one. */
export function voidNotice({ voidedAt, voidReason, replacedBy }: Receipt, text: Text): string | null {
  if (voidedAt === null) return null
  if (replacedBy !== null) return text.receipt('voidedAndReplaced', { number: replacedBy })
  const status = receiptStatus({ voidReason, isReplaced: false })
  return text.receipt(status === 'returned' ? 'returned' : 'voided')
}

/** `$5.00 USD`: the code distinguishes the dollars and pesos of different countries, unless the sign does, as in `5,00 $US`. */
export function amountInWords(money: Money, text: Text): string {
  const code = money.currency.toUpperCase()
  const shown = formatMoney(money, text.locale)
  return shown.includes(code) || hasCountrysSign(money.currency, text.locale) ? shown : `${shown} ${code}`
}

/** `23 November 2026`: with the month in letters nobody confuses day and month. */
export function dayInWords(date: string, { locale }: Text, style: 'long' | 'medium' = 'long'): string {
  // British English puts the month between the day and the year; a reader's own region decides where it is known.
  const format = dateFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: style, timeZone: 'UTC' })
  return format.format(new Date(`${date}T00:00:00Z`))
}
