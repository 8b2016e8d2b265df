/** Every kind of mail. The constraint `outbox_messages_kind_is_known` in the database lists the same. */
export const mailKinds = [
  'receipt',
  'receipt_voided',
  'staff_sign_in',
  'staff_welcome',
  'monthly_report',
  'payment_refused',
  'recurring_failed',
  'recurring_card_expires',
  'recurring_stopped',
  'recurring_reminder',
  'webhook_disabled',
  'donor_link',
  'reader_message',
  'newsletter_confirm',
  'checkout_reminder',
  'recurring_changed',
  'recurring_paused',
  'recurring_resumed',
  'message_digest',
] as const
export type MailKind = (typeof mailKinds)[number]

/** A mail to be sent. It holds no donor data: the recipient and the content are looked up when it is sent. */
export type NewOutboxMessage = {
  readonly kind: MailKind
  /** The left part of the Message-ID, `receipt.2026-000123`: the same on every try. */
  readonly messageKey: string
  /** The id of what the mail is about: a donation, a checkout that was not paid, or a member of staff. */
  readonly subject: string
}

export type OutboxMessage = NewOutboxMessage & {
  readonly id: bigint
  /** How often it has been tried, this try included. */
  readonly attempts: number
}

/** Why a try failed. The constraint `outbox_messages_failure_is_known` in the database lists the same. */
export const deliveryFailures = [
  'no_such_address',
  /** It cannot be written into a mail's header. */
  'address_unusable',
  'mailbox_full',
  /** Our own mail server sends no more for now. */
  'sending_limit',
  'refused_by_policy',
  'server_unreachable',
  'server_sign_in_refused',
  'number_not_backed_up',
  /** As after a donor was erased. Nobody can do anything about it. */
  'nobody_to_write_to',
  'other',
] as const
export type DeliveryFailure = (typeof deliveryFailures)[number]

/** A mail about a donation that was given up. */
export type GivenUpMessage = {
  readonly id: bigint
  readonly messageKey: string
  /** The donation's id. */
  readonly subject: string
  readonly givenUpAt: Date
  /** Null for a mail that an older version of the service gave up. */
  readonly failure: DeliveryFailure | null
  /** The mail server's codes. */
  readonly reason: string | null
}

/** What somebody does about a mail that was given up. `outbox_interventions_kind_is_known` in the database lists the same. */
export const interventions = ['sent_again', 'address_corrected', 'left_unsent'] as const
export type Intervention = (typeof interventions)[number]

const FIRST_DELAY_MS = 60_000 // a greylisting server accepts a mail that comes again some minutes later
const LONGEST_DELAY_MS = 6 * 3_600_000
// With delays that double from one minute to six hours, the twentieth try is three days after the first. Mail servers
// give up after the same time.
const MOST_ATTEMPTS = 20
/** With the same delays, the thirteenth try is 26 hours after the first. */
const MOST_DOUBTFUL_ATTEMPTS = 13

/**
 * The time of the next try after `attempts` failed ones; null when the mail is given up and somebody must look at it.
 * @param isDoubtful the server may mean that the address does not exist: then a day of tries is enough
 */
export function nextAttempt(attempts: number, now: Date, isDoubtful = false): Date | null {
  if (attempts >= (isDoubtful ? MOST_DOUBTFUL_ATTEMPTS : MOST_ATTEMPTS)) return null
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_DELAY_MS)
  return new Date(now.getTime() + delayMs)
}

const KEY = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/ // a dot-atom of RFC 5322 in its plain characters

/** `<receipt.2026-000123@news.example>`. @throws when the key could break out of the header. */
export function messageId(messageKey: string, domain: string): string {
  if (!KEY.test(messageKey)) throw new Error('A message key is letters, digits, dots, dashes and underscores')
  if (!/^[A-Za-z0-9.-]+$/.test(domain)) throw new Error('A Message-ID needs a plain domain')
  return `<${messageKey}@${domain}>`
}
