import type { Knex } from 'knex'
import type pg from 'pg'
import { mintMailedLink, SIGN_IN_LINK_VALID_MINUTES } from '../access/sign-in-link-store.ts'
import type { StaffId } from '../access/staff.ts'
import { staffById } from '../access/staff-store.ts'
import type { Reporting } from '../config/config.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { MailKind, OutboxMessage } from '../outbox/outbox.ts'
import { composeMonthlyReport } from './monthly-report-worker.ts'
import { receiptToMail } from '../receipts/receipt-store.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import { readerTexts, textFor } from '../text/text.ts'
import type { Mail } from './mail.ts'
import type { Composer } from './outbox-worker.ts'
import { receiptMail } from './receipt-mail.ts'
import { signInMail } from './sign-in-mail.ts'
import { welcomeMail } from './welcome-mail.ts'

type ComposerDeps = {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  readonly languages: ReaderLanguages
  /** For what reads much at once. */
  readonly pool: pg.Pool
  readonly reporting: Pick<Reporting, 'currency'>
}

/** @returns null when there is nobody to write to, or nobody waits for the mail any more */
type Compose = (deps: ComposerDeps, message: OutboxMessage, messageId: string) => Promise<Mail | null>

/** Every kind of mail, and how it is composed at the time when it is sent. */
const composers: Readonly<Record<MailKind, Compose>> = {
  // Whichever of the two was put into the outbox, the mail describes the receipt as it is now.
  receipt: composeReceiptMail,
  receipt_voided: composeReceiptMail,
  staff_sign_in: composeSignInMail,
  staff_welcome: composeWelcomeMail,
  monthly_report: composeMonthlyReport,
}

export function createComposer(deps: ComposerDeps): Composer {
  return (message, messageId) => composers[message.kind](deps, message, messageId)
}

/** The words of mails to staff. */
const text = textFor('en')

/** About a donation. A donor who was erased gets no mail. */
async function composeReceiptMail(
  { db, publicUrl, languages }: ComposerDeps,
  { subject: donationId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const found = await receiptToMail(db, donationId)
  if (!found) return null
  const { receipt, donorEmail } = found
  const url = `${publicUrl}/receipts/${receipt.token}`
  return receiptMail(receipt, url, donorEmail, messageId, readerTexts(languages)(receipt.locale))
}

/** About a member of staff. The link is made only now, so that the database never holds a usable one. */
async function composeSignInMail(
  { db, clock, publicUrl, newsroom }: ComposerDeps,
  { id, subject }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // `requestSignInMail` takes it from a row of the staff table
  if (!staff) return null
  const link = await db.transaction((tx) => mintMailedLink(tx, { messageId: id, staffId: staff.id }, clock()))
  if (!link) return null
  const from = { name: newsroom.name, address: newsroom.email }
  const url = `${publicUrl}/finance/sign-in/${link.token}`
  return signInMail({ from, to: staff.email, url, validMinutes: SIGN_IN_LINK_VALID_MINUTES, messageId }, text)
}

/** To a member of staff whom a colleague has let in. */
async function composeWelcomeMail(
  { db, publicUrl, newsroom }: ComposerDeps,
  { subject }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // `welcomeStaff` takes it from a row of the staff table
  if (!staff) return null
  const from = { name: newsroom.name, address: newsroom.email }
  return welcomeMail({ from, to: staff.email, url: `${publicUrl}/finance/sign-in`, messageId }, text)
}
