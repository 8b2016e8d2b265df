import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { maskedAddress } from '../access/audit/audit-trail.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import { inTransaction, type Queryable } from '../db/database.ts'
import { correctDonorEmail, lockDonor, renameDonor, type LockedDonor } from '../donations/donation-store.ts'
import { profilesInForce } from '../newsroom/profile-store.ts'
import { queuedKeys, recordIntervention, putIntoOutbox } from '../outbox/outbox-store.ts'
import { numberReceipts, receiptsPerYear, type CitedReceipt } from '../receipts/receipt-numbering.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { takeNumbers } from '../receipts/receipt-number-store.ts'
import type { LatestReceipt } from '../receipts/receipt-revisions.ts'
import { insertReceipts, latestReceipts, voidReceipts } from '../receipts/receipt-store.ts'

type Decision = { readonly donationId: string; readonly by: Actor; readonly at: Date }

export type Correction = Decision & {
  /** The name that the receipt shall bear; null: none. */
  readonly name: string | null
  readonly email: string | null
  readonly today: LocalDate
  readonly receiptToken: (receipt: CitedReceipt) => string
}

/**
 * `replaced`: a receipt with another name voids and replaces the last one. `address_corrected`: the receipt goes to the
 * new address. `too_often`: see `sendReceiptAgain`.
 */
export type CorrectionResult =
  | { readonly outcome: 'replaced'; readonly number: string }
  | {
      readonly outcome:
        | 'name_corrected'
        | 'address_corrected'
        | 'unchanged'
        | 'unknown_donation'
        | 'too_often'
    }

/** Corrects whom a receipt names and where it goes. A receipt is never edited: a new one cites the one that it replaces. */
export async function correctReceipt(pool: pg.Pool, correction: Correction): Promise<CorrectionResult> {
  return inTransaction(pool, async (tx) => {
    const donor = await lockDonor(tx, correction.donationId)
    if (!donor) return { outcome: 'unknown_donation' }
    const isMoved = await correctAddress(tx, donor, correction)
    const isRenamed = donor.name !== correction.name
    const [latest] = await latestReceipts(tx, [donor.id])
    if (isRenamed) {
      await renameDonor(tx, donor.id, correction.name)
      if (!latest || latest.voided) return { outcome: 'name_corrected' }
      return { outcome: 'replaced', number: await replaceReceipt(tx, donor, latest, correction) }
    }
    if (!isMoved) return { outcome: 'unchanged' }
    if (latest && correction.email !== null && !(await queueAgain(tx, latest, correction)))
      return { outcome: 'too_often' }
    return { outcome: 'address_corrected' }
  })
}

async function correctAddress(
  tx: Queryable,
  donor: LockedDonor,
  { email, by, at }: Correction,
): Promise<boolean> {
  if (email === null || !(await correctDonorEmail(tx, donor.id, email))) return false
  await recordAct(tx, {
    actor: by,
    act: 'address_corrected',
    subject: `donation/${donor.id}`,
    before: { email: donor.email === null ? null : maskedAddress(donor.email) },
    after: { email: maskedAddress(email) },
    at,
  })
  return true
}

async function replaceReceipt(
  tx: Queryable,
  donor: LockedDonor,
  latest: LatestReceipt,
  { email, today, receiptToken, by, at }: Correction,
): Promise<string> {
  const replaces = { year: latest.year, number: latest.number }
  const owed = [
    {
      donationId: donor.id,
      numberedOn: today,
      money: { minor: latest.grossMinor, currency: donor.currency },
      givenOn: latest.givenOn,
      givenAt: donor.succeededAt,
      revision: latest.revision + 1,
      replaces,
    },
  ]
  const [profiles, lastNumbers] = [await profilesInForce(tx), await takeNumbers(tx, receiptsPerYear(owed))]
  const receipts = numberReceipts(owed, new Map(), lastNumbers, profiles, receiptToken)
  await insertReceipts(tx, receipts, at)
  await voidReceipts(tx, [{ ...replaces, reason: 'corrected' }], at)
  const [issued] = receipts
  if (!issued) throw new Error('The corrected receipt has no number')
  const number = receiptNumber(issued.year, issued.number)
  if (email !== null || donor.email !== null)
    await putIntoOutbox(tx, [{ kind: 'receipt', messageKey: `receipt.${number}`, subject: donor.id }])
  const before = { receipt: receiptNumber(latest.year, latest.number) }
  const subject = `donation/${donor.id}` as const
  await recordAct(tx, {
    actor: by,
    act: 'receipt_corrected',
    subject,
    before,
    after: { receipt: number },
    at,
  })
  return number
}

export type SendingResult = 'queued' | 'no_address' | 'no_receipt' | 'too_often' | 'unknown_donation'

/** Mails a donation's last receipt once more, nine times at most. */
export async function sendReceiptAgain(pool: pg.Pool, decision: Decision): Promise<SendingResult> {
  return inTransaction(pool, async (tx) => {
    const donor = await lockDonor(tx, decision.donationId)
    if (!donor) return 'unknown_donation'
    if (donor.email === null) return 'no_address'
    const [latest] = await latestReceipts(tx, [donor.id])
    if (!latest) return 'no_receipt'
    return (await queueAgain(tx, latest, decision)) ? 'queued' : 'too_often'
  })
}

/** A mail is sent once under its key, so one that goes again has a key of its own. */
const AGAIN = [2, 3, 4, 5, 6, 7, 8, 9, 10] as const

async function queueAgain(tx: Queryable, latest: LatestReceipt, { by, at }: Decision): Promise<boolean> {
  const keys = AGAIN.map((place) => `receipt.${receiptNumber(latest.year, latest.number)}.${place}`)
  const used = await queuedKeys(tx, keys)
  const messageKey = keys.find((key) => !used.has(key))
  if (messageKey === undefined) return false
  await putIntoOutbox(tx, [{ kind: 'receipt', messageKey, subject: latest.donationId }])
  const messageId = (await queuedKeys(tx, [messageKey])).get(messageKey)
  if (messageId !== undefined)
    await recordIntervention(tx, { messageId, kind: 'sent_again', at, by: actorName(by) })
  await recordAct(tx, { actor: by, act: 'mail_sent_again', subject: `donation/${latest.donationId}`, at })
  return true
}
