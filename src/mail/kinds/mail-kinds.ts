import type { Knex } from 'knex'
import type pg from 'pg'
import { mintMailedLink, SIGN_IN_LINK_VALID_MINUTES } from '../../access/sign-in/sign-in-link-store.ts'
import type { StaffId } from '../../access/staff.ts'
import { staffById } from '../../access/staff-store.ts'
import type { Reporting } from '../../config/config.ts'
import type { Keyring } from '../../config/keyring.ts'
import { endpointById } from '../../integrations/webhooks/endpoint-store.ts'
import type { MonthlyReport } from '../../exports/monthly-report/monthly-report.ts'
import type { FollowLink, NewsroomProfile } from '../../newsroom/profile.ts'
import type { MailKind, OutboxMessage } from '../../outbox/outbox.ts'
import { composeMonthlyReport } from '../monthly-report-worker.ts'
import { receiptCodes, receiptProofs } from '../../receipts/receipt-code.ts'
import { receiptToMail } from '../../receipts/receipt-store.ts'
import type { ReaderLanguages } from '../../text/languages.ts'
import { readerTexts, textFor, type Text } from '../../text/text.ts'
import { formatMoney } from '../../money/money.ts'
import { refusedPayment } from './refused-payment-store.ts'
import { agreementOfDonation } from '../../subscriptions/agreement-detail-store.ts'
import { isNoticeKind } from '../../subscriptions/agreement-notices.ts'
import { recurringLinks } from '../../subscriptions/recurring-link.ts'
import type { Mail } from '../mail.ts'
import { composeDonorLink, composeMessageDigest, composeReaderMessage } from './donor-mails.ts'
import { composeNewsletterConfirmation } from './newsletter-mail.ts'
import { composeCheckoutReminder } from './reminder-mail.ts'
import { noticeMail } from './notice-mail.ts'
import { recurringNotice } from './recurring-mail.ts'
import { recurringNote } from './recurring-receipt-note.ts'
import type { Composer } from '../outbox-worker.ts'
import { giftNote } from '../../donations/gift-note-store.ts'
import { receiptMail, type RecurringNote } from './receipt-mail.ts'
import { signInMail } from './sign-in-mail.ts'
import { webhookDisabledMail } from './webhook-disabled-mail.ts'
import { welcomeMail } from './welcome-mail.ts'
import { inKnexTransaction } from '../../db/database.ts'

type ComposerDeps = {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  readonly languages: ReaderLanguages
  /** The newsroom's picture at the top of every mail; null: its name. */
  readonly logoUrl: string | null
  /** Where donors can follow the newsroom, at the foot of a receipt's mail. */
  readonly followLinks?: readonly FollowLink[]
  readonly keys: Pick<Keyring, 'recurringLinks' | 'receiptCodes' | 'newsletterLinks'>
  /** For what reads much at once. */
  readonly pool: pg.Pool
  readonly reporting: Pick<Reporting, 'currency'>
  /** Draws the monthly report as a PDF; unset: its mail has none. */
  readonly renderReport?: (report: MonthlyReport) => Promise<Buffer>
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
  payment_refused: composeRefusedPayment,
  recurring_failed: composeRecurring,
  recurring_card_expires: composeRecurring,
  recurring_stopped: composeRecurring,
  recurring_reminder: composeRecurring,
  recurring_changed: composeRecurring,
  recurring_paused: composeRecurring,
  recurring_resumed: composeRecurring,
  webhook_disabled: composeWebhookDisabled,
  donor_link: composeDonorLink,
  reader_message: composeReaderMessage,
  message_digest: composeMessageDigest,
  newsletter_confirm: composeNewsletterConfirmation,
  checkout_reminder: composeCheckoutReminder,
}

export function createComposer(deps: ComposerDeps): Composer {
  return (message, messageId) => composers[message.kind](deps, message, messageId)
}

/** The words of mails to staff. */
const text = textFor('en')

/** About a donation. A donor who was erased gets no mail. */
async function composeReceiptMail(
  deps: ComposerDeps,
  { subject: donationId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const { db, publicUrl, languages, logoUrl, followLinks = [] } = deps
  const found = await receiptToMail(db, donationId)
  if (!found) return null
  const { receipt, donorEmail: to } = found
  const url = `${publicUrl}/receipts/${receipt.token}`
  const words = readerTexts(languages)(receipt.locale)
  const recurring = await noteOf(deps, donationId, receipt.voidedAt !== null, words)
  const proof = receiptProofs(receiptCodes(deps.keys.receiptCodes), publicUrl)(receipt.number)
  const myUrl = `${publicUrl}/my?lang=${words.language}`
  const links = { url, myUrl, proof, logoUrl, followLinks }
  return receiptMail(receipt, { ...links, to, messageId, text: words, recurring })
}

async function noteOf(
  deps: ComposerDeps,
  donationId: string,
  isVoid: boolean,
  words: Text,
): Promise<RecurringNote | null> {
  const { pool, clock, publicUrl, newsroom } = deps
  const gift = await giftNote(pool, donationId)
  if (!gift) return null
  if (isVoid)
    return gift.isTakenBack ? { sentences: [words.recurring('receipt.takenBack')], stop: null } : null
  const agreement = await agreementOfDonation(pool, donationId)
  const url = agreement
    ? `${publicUrl}/recurring/${recurringLinks(deps.keys.recurringLinks).tokenFor(agreement.id)}`
    : ''
  return recurringNote(gift, agreement, { now: clock(), timezone: newsroom.timezone, url, text: words })
}

/** About an agreement, to the donor of its latest gift. */
async function composeRecurring(
  deps: ComposerDeps,
  { kind, subject: donationId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const { pool, clock, publicUrl, newsroom, languages, logoUrl } = deps
  const agreement = await agreementOfDonation(pool, donationId)
  if (!agreement?.donorEmail || !isNoticeKind(kind)) return null
  const { donorEmail: to, donorName, id, locale } = agreement
  const words = readerTexts(languages)(locale)
  const url = `${publicUrl}/recurring/${recurringLinks(deps.keys.recurringLinks).tokenFor(id)}`
  const context = { newsroom, now: clock(), url, donateUrl: `${publicUrl}/donate`, text: words }
  const notice = recurringNotice(kind, agreement, context)
  return notice && noticeMail(notice, { newsroom, to, donorName, messageId, text: words, logoUrl })
}

/** What is known later than this is no news: the service may have been away, or a backup restored. */
const STALE_MS = 7 * 86_400_000

/** About a checkout whose bank debit the bank has refused, to whoever wanted to give. */
async function composeRefusedPayment(
  { pool, clock, publicUrl, newsroom, languages, logoUrl }: ComposerDeps,
  { subject: checkoutId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const refused = await refusedPayment(pool, checkoutId)
  if (!refused?.donorEmail || clock().getTime() - refused.refusedAt.getTime() > STALE_MS) return null
  const words = readerTexts(languages)(refused.locale)
  const t = words.recurring
  const amount = formatMoney(refused.charge, words.locale)
  const notice = {
    subject: t('mail.refused.subject', { newsroom: newsroom.name }),
    before: [t('mail.refused.lead', { newsroom: newsroom.name, amount }), t('mail.refused.why')],
    button: { words: t('mail.refused.button'), url: `${publicUrl}/donate?again=${checkoutId}` },
    after: [t('mail.questions')],
  }
  const { donorEmail: to, donorName } = refused
  return noticeMail(notice, { newsroom, to, donorName, messageId, text: words, logoUrl })
}

/** About a member of staff. The link is made only now, so that the database never holds a usable one. */
async function composeSignInMail(
  { db, clock, publicUrl, newsroom, logoUrl }: ComposerDeps,
  { id, subject }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // `requestSignInMail` takes it from a row of the staff table
  if (!staff) return null
  const link = await inKnexTransaction(db, (tx) =>
    mintMailedLink(tx, { messageId: id, staffId: staff.id }, clock()),
  )
  if (!link) return null
  const from = { name: newsroom.name, address: newsroom.email }
  const url = `${publicUrl}/finance/sign-in/${link.token}`
  const validMinutes = SIGN_IN_LINK_VALID_MINUTES
  return signInMail({ from, to: staff.email, url, validMinutes, messageId, logoUrl }, text)
}

/** To a member of staff whom a colleague has let in. */
async function composeWelcomeMail(
  { db, publicUrl, newsroom, logoUrl }: ComposerDeps,
  { subject }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // `welcomeStaff` takes it from a row of the staff table
  if (!staff) return null
  const from = { name: newsroom.name, address: newsroom.email }
  return welcomeMail({ from, to: staff.email, url: `${publicUrl}/finance/sign-in`, messageId, logoUrl }, text)
}

/** To an admin, about an endpoint that the service has disabled. Once somebody has enabled it again it is no news. */
async function composeWebhookDisabled(
  { db, pool, publicUrl, newsroom, logoUrl }: ComposerDeps,
  { subject, messageKey }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // the delivery worker takes it from a row of the staff table
  const endpoint = await endpointById(pool, messageKey.split('.')[1] ?? '')
  if (!staff || !endpoint?.disabled) return null
  const from = { name: newsroom.name, address: newsroom.email }
  const url = `${publicUrl}/finance/settings/webhooks/${endpoint.id}`
  const { host } = new URL(endpoint.url)
  const { because } = endpoint.disabled
  return webhookDisabledMail({ from, to: staff.email, host, because, url, messageId, logoUrl }, text)
}
