import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { failedDelivery, type FailedDelivery } from './delivery-failure.ts'
import { addressUnusable, isUsableAddress, SMTP_CONNECTIONS, type Mail, type Mailer } from './mail.ts'

const CONNECT_TIMEOUT_MS = 5_000
const SILENCE_TIMEOUT_MS = 10_000
const WHOLE_SEND_TIMEOUT_MS = 30_000 // for a server that answers too slowly and is never silent for long

/** Sends over SMTP. nodemailer reads `smtpUrl`: `smtps://user:password@host:465`. */
export function openMailer(smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    requireTLS: sendsPasswordOverNetwork(smtpUrl),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      if (!isUsableAddress(mail.to.address)) return addressUnusable
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

/** The mail as nodemailer takes it, for the SMTP mailer and for the captured mailer. */
export function messageOf(mail: Mail) {
  const { from, to, replyTo, subject, text, html, messageId, attachments = [], unsubscribeUrl } = mail
  return {
    from: { ...from },
    to: { ...to },
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo } }),
    subject,
    text,
    html,
    messageId,
    ...(attachments.length === 0 ? {} : { attachments: attachments.map((one) => ({ ...one })) }),
    // Asks mail programs not to answer a receipt with an out-of-office reply (RFC 3834).
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribeUrl === undefined
        ? {}
        : {
            'List-Unsubscribe': `<${unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
    },
  }
}

const smtpError = z.object({
  code: z.string().catch(''),
  responseCode: z.number().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
})

function failure(error: unknown): FailedDelivery {
  const parsed = smtpError.safeParse(error)
  return parsed.success
    ? failedDelivery(parsed.data)
    : { outcome: 'temporary', failure: 'other', reason: 'unknown failure' }
}

function sendsPasswordOverNetwork(smtpUrl: string): boolean {
  const { username, hostname } = new URL(smtpUrl)
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
