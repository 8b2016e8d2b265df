import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { isUsableAddress, type Mail, type Mailer, type SendResult } from './mail.ts'

/** As many as the outbox sends at once. */
export const SMTP_CONNECTIONS = 5
const CONNECT_TIMEOUT_MS = 5_000
const SILENCE_TIMEOUT_MS = 10_000
const WHOLE_SEND_TIMEOUT_MS = 30_000 // a server that drips one byte at a time would never be silent

/** Sends over SMTP. `smtpUrl` as nodemailer reads it: `smtps://user:password@host:465`. */
export function openMailer(smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    requireTLS: carriesPasswordAbroad(smtpUrl),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      if (!isUsableAddress(mail.to.address)) return { outcome: 'permanent', reason: 'address unusable' }
      try {
        await transport.sendMail({ ...messageOf(mail), signal: AbortSignal.timeout(WHOLE_SEND_TIMEOUT_MS) })
        return { outcome: 'sent' }
      } catch (error) {
        return failure(error)
      }
    },
    close: () => transport.close(),
  }
}

/** The fields every transport gets; the captured mail is built from the same. */
export function messageOf(mail: Mail) {
  const { from, to, replyTo, subject, text, html, messageId } = mail
  return {
    from: { ...from },
    to: { ...to },
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo } }),
    subject,
    text,
    html,
    messageId,
    // Nobody wants an out-of-office answer to a receipt (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

const smtpError = z.object({
  code: z.string().catch(''),
  responseCode: z.number().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
})

/**
 * Permanent only when the server refused *this* recipient or *this* message for good. A 5xx at sign-in or at the
 * sender's address is our own configuration: every mail meets it, and none may be lost over it.
 */
function failure(error: unknown): SendResult {
  const known = smtpError.safeParse(error)
  if (!known.success) return { outcome: 'temporary', reason: 'unknown failure' }
  const { code, responseCode, command } = known.data
  const reason = [code, responseCode, command].filter((part) => part !== undefined && part !== '').join(' ')
  const refused = responseCode !== undefined && responseCode >= 500 && responseCode < 600
  const aboutThisMail = command === 'RCPT TO' || command === 'DATA'
  return {
    outcome: refused && aboutThisMail ? 'permanent' : 'temporary',
    reason: reason || 'unknown failure',
  }
}

function carriesPasswordAbroad(smtpUrl: string): boolean {
  const { username, hostname } = new URL(smtpUrl)
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
