/** A mail ready to be sent to one person. */
export type Mail = {
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo?: Mailbox
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<key@domain>`: the same on every try, so that a mail sent twice is shown once. */
  readonly messageId: string
}

export type Mailbox = { readonly name: string; readonly address: string }

/** Reasons are codes alone: what a mail server answers often repeats the address. */
export type SendResult =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'temporary' | 'permanent'; readonly reason: string }

export type Mailer = {
  send(mail: Mail): Promise<SendResult>
  close(): void
}

const LONGEST_LINE = 200

/** A text from outside, made fit for a header or a line: no line ends, no control or direction characters, not endless. */
export function oneLine(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .trim()
  return clean.length <= LONGEST_LINE ? clean : `${[...clean].slice(0, LONGEST_LINE - 1).join('')}…`
}

// Stricter than RFC 5322 on purpose: quoted parts, comments, lists and groups are how headers are smuggled.
const ADDRESS = /^[^\s\p{Cc}"(),:;<>@[\\\]]+@[^\s\p{Cc}"(),:;<>@[\\\]]+$/u
const LONGEST_ADDRESS = 254 // RFC 5321, section 4.5.3.1

/** Whether mail may be addressed to it; whether anybody reads it is for the mail server to say. */
export function isUsableAddress(address: string): boolean {
  return address.length <= LONGEST_ADDRESS && ADDRESS.test(address)
}
