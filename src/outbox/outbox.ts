/** A mail owed to somebody. Holds no donor data: the mail itself is composed when it is sent. */
export type OutboxMessage = {
  readonly id: bigint
  readonly kind: 'receipt' | 'receipt_voided' | 'staff_sign_in'
  /** Left part of the Message-ID: `receipt.2026-000123`. */
  readonly messageKey: string
  /** What the mail is about: a donation's or a staff member's id. */
  readonly subject: string
  /** How often it has been tried, this try included. */
  readonly attempts: number
}

/** A mail to be sent. It names what it is about; who gets it is looked up at sending, so no donor data rests here. */
export type NewOutboxMessage = {
  readonly kind: 'receipt' | 'receipt_voided' | 'staff_sign_in'
  /** Left part of the Message-ID, the same on every try. */
  readonly messageKey: string
  /** Id of the donation or staff member. */
  readonly subject: string
}

const FIRST_DELAY_MS = 60_000 // a greylisting server asks to come back after a minute or a few
const LONGEST_DELAY_MS = 6 * 3_600_000
// One minute doubling up to six hours: the twentieth try comes three days after the first. Mail servers give up then too.
const MOST_ATTEMPTS = 20

/** When to try again after the `attempts`-th try failed; null: give up, somebody must look at it. */
export function nextAttempt(attempts: number, now: Date): Date | null {
  if (attempts >= MOST_ATTEMPTS) return null
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_DELAY_MS)
  return new Date(now.getTime() + delayMs)
}

const KEY = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/ // a dot-atom without its odder characters

/** `<receipt.2026-000123@news.example>`. @throws when the key could break out of the header. */
export function messageId(messageKey: string, domain: string): string {
  if (!KEY.test(messageKey)) throw new Error('A message key is letters, digits, dots, dashes and underscores')
  if (!/^[A-Za-z0-9.-]+$/.test(domain)) throw new Error('A Message-ID needs a plain domain')
  return `<${messageKey}@${domain}>`
}
