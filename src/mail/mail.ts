import type { FailedDelivery } from './delivery-failure.ts'

/** A mail to one person, ready to be sent. */
export type Mail = {
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo?: Mailbox
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<key@domain>`: the same on every try, so that mail programs show a mail that was sent twice only once. */
  readonly messageId: string
  readonly attachments?: readonly Attachment[]
  /** Where one press ends what brought this mail (RFC 8058): an address of ours, with https://. */
  readonly unsubscribeUrl?: string
}

/** A file that goes with a mail. */
export type Attachment = { readonly filename: string; readonly contentType: string; readonly content: Buffer }

export type Mailbox = { readonly name: string; readonly address: string }

export type SendResult = { readonly outcome: 'sent' } | FailedDelivery

/** An address that no mail can be addressed to. */
export const addressUnusable: FailedDelivery = {
  outcome: 'permanent',
  failure: 'address_unusable',
  reason: 'address unusable',
}

export type Mailer = {
  send(mail: Mail): Promise<SendResult>
  close(): void
}

/** As many mails are sent at the same time at most; one connection is for sign-in mails alone. */
export const SMTP_CONNECTIONS = 6

const LONGEST_LINE = 200

/** Makes text from outside fit for a header or a line: without line ends, control and direction characters, and short. */
export function oneLine(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .trim()
  return clean.length <= LONGEST_LINE ? clean : `${[...clean].slice(0, LONGEST_LINE - 1).join('')}…`
}

// Stricter than RFC 5322: quoted parts, comments, lists and groups could smuggle headers into a mail.
const ADDRESS = /^[^\s\p{Cc}"(),:;<>@[\\\]]+@[^\s\p{Cc}"(),:;<>@[\\\]]+$/u
const LONGEST_ADDRESS = 254 // RFC 5321, section 4.5.3.1

/** Whether a mail may be addressed to it. Only the mail server knows whether the mailbox exists. */
export function isUsableAddress(address: string): boolean {
  return address.length <= LONGEST_ADDRESS && ADDRESS.test(address)
}
