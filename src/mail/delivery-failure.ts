import type { DeliveryFailure } from '../outbox/outbox.ts'

/** What a mail server answered, or what kept us from asking it; the fields of nodemailer's errors. */
export type SmtpAnswer = {
  /** nodemailer's word: `EENVELOPE`, `ETIMEDOUT`. */
  readonly code: string
  readonly responseCode?: number | undefined
  /** The command that was answered: `RCPT TO`, `DATA`, `AUTH PLAIN`. */
  readonly command?: string | undefined
  /** The whole answer. It often repeats the address, so nothing of it but its codes is kept. */
  readonly response?: string | undefined
}

export type FailedDelivery = {
  /**
   * permanent: nothing can change it. doubtful: it may be for good, which only time tells. temporary: everything else, also
   * what our own server or its limits cause.
   */
  readonly outcome: 'permanent' | 'doubtful' | 'temporary'
  readonly failure: DeliveryFailure
  /** Codes alone: `EENVELOPE 550 5.1.1 RCPT TO`. */
  readonly reason: string
}

/** Statuses that say that the address does not exist (RFC 3463, section 3.2; RFC 7505 for 5.1.10). */
const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'])
/** Statuses that say no more than the code before them. */
const SAYS_NOTHING = new Set(['5.0.0', '5.1.0', '5.5.0'])
/** Codes at RCPT TO that most servers use for an unknown mailbox, but some for a policy or a list of suspects. */
const PERHAPS_NO_SUCH_ADDRESS = new Set([550, 551, 553])

/**
 * Only an address that does not exist makes a failure permanent. Quotas, policies, contents, our own sign-in and the
 * connection all change in time, and a receipt that was given up because of them would have to be sent by hand.
 */
export function failedDelivery(answer: SmtpAnswer): FailedDelivery {
  const { code, responseCode, command, response = '' } = answer
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  const parts = [code, responseCode, status, command].filter((part) => part !== undefined && part !== '')
  return { ...judged(answer, status), reason: parts.join(' ') || 'unknown failure' }
}

function judged(
  { code, responseCode, command = '' }: SmtpAnswer,
  status: string | undefined,
): Omit<FailedDelivery, 'reason'> {
  const temporary = (failure: DeliveryFailure) => ({ outcome: 'temporary', failure }) as const
  if (code === 'EAUTH' || command.startsWith('AUTH')) return temporary('server_sign_in_refused')
  if (responseCode === undefined) return temporary('server_unreachable')
  const atRecipient = command === 'RCPT TO'
  // Whatever is answered to other commands concerns every mail, and none may be lost because of it.
  if (!atRecipient && command !== 'DATA') return temporary('other')
  if (responseCode >= 500 && status !== undefined && NO_SUCH_ADDRESS.has(status))
    return { outcome: 'permanent', failure: 'no_such_address' }
  // Google says 5.4.5 when the sending account's daily limit is reached.
  if (/^[45]\.4\.5$/.test(status ?? '')) return temporary('sending_limit')
  if (/^[45]\.2\.2$/.test(status ?? '')) return temporary('mailbox_full')
  if (/^[45]\.7\./.test(status ?? '')) return temporary('refused_by_policy')
  if (status !== undefined && !SAYS_NOTHING.has(status)) return temporary('other')
  if (atRecipient && PERHAPS_NO_SUCH_ADDRESS.has(responseCode))
    return { outcome: 'doubtful', failure: 'no_such_address' }
  if (responseCode === 452 || responseCode === 552) return temporary('mailbox_full')
  return temporary(responseCode >= 500 ? 'refused_by_policy' : 'other')
}
