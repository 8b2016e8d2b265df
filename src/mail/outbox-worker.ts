import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { LEASE_MS, LOOK_FOR_LAPSED_MS, whileClaimed } from '../claimed-work.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import { SMTP_CONNECTIONS, type Mail, type Mailer, type SendResult } from './mail.ts'
import { claimDue, recordFailed, recordSent, renewClaim } from '../outbox/outbox-store.ts'
import { messageId, nextAttempt, type OutboxMessage } from '../outbox/outbox.ts'

/** Composes the mail from the current data; null when there is nobody to write to, as after a donor was erased. */
export type Composer = (message: OutboxMessage, messageId: string) => Promise<Mail | null>

export type OutboxDeps = {
  /** A pool: every statement commits by itself, so that no database transaction is open while a mail is sent. */
  readonly store: Queryable
  readonly mailer: Mailer
  readonly compose: Composer
  /** Work that must be done before a mail is sent; false when the mail has to wait for it. */
  readonly before?: (message: OutboxMessage) => Promise<boolean>
  readonly clock: () => Date
  readonly log: Logger
  /** The right part of the Message-IDs: the host of `PUBLIC_URL`. */
  readonly domain: string
  /** Called when a mail was sent. @param startedAt when this try began */
  readonly onSent?: (message: OutboxMessage, startedAt: Date) => void
}

const STOP_TIMEOUT_MS = 5_000 // the process has ten seconds to stop

/**
 * Claims one message that is due, sends it and records the result.
 * @param which `urgent`: sign-in mails alone
 * @returns whether there was one
 * @throws when the database is unavailable
 */
export async function sendNext(deps: OutboxDeps, which: 'all' | 'urgent'): Promise<boolean> {
  const [message] = await claimDue(deps.store, 1, LEASE_MS, which)
  if (!message) return false
  await sendOne(deps, message)
  return true
}

async function sendOne(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const { store, log } = deps
  const fields = { outboxMessage: message.messageKey, attempts: message.attempts }
  const startedAt = deps.clock()
  const renew = () => renewClaim(store, message, LEASE_MS)
  const result = await whileClaimed({ renew, claimedAt: startedAt, clock: deps.clock }, (isOurs) =>
    trySending(deps, message, isOurs),
  )
  if (result === 'taken') return log.info(fields, 'another worker has taken the mail')
  if (result.outcome === 'sent') {
    await recordSent(store, message.id)
    log.info(fields, 'the mail was sent')
    deps.onSent?.(message, startedAt)
    return
  }
  const isDoubtful = result.outcome === 'doubtful'
  const retryAt =
    result.outcome === 'permanent' ? null : nextAttempt(message.attempts, deps.clock(), isDoubtful)
  const stillWaited = await recordFailed(store, message.id, result, retryAt)
  if (!stillWaited) log.info(fields, 'a later mail has taken the place of this one')
  // Nobody can do anything about it, and nobody has to: an address was typed that has not given, for instance.
  else if (result.failure === 'nobody_to_write_to') log.info(fields, 'there is nobody to write to')
  else if (retryAt === null) log.error({ ...fields, reason: result.reason }, 'the mail was given up')
  else log.warn({ ...fields, reason: result.reason, retryAt }, 'the mail will be sent later')
}

/** @param isOurs is asked right before the mail is sent: this process may have stood still, and another has claimed it */
async function trySending(
  deps: OutboxDeps,
  message: OutboxMessage,
  isOurs: () => Promise<boolean>,
): Promise<SendResult | 'taken'> {
  try {
    if (deps.before && !(await deps.before(message)))
      return {
        outcome: 'temporary',
        failure: 'number_not_backed_up',
        reason: 'the receipt number is not backed up yet',
      }
    const mail = await deps.compose(message, messageId(message.messageKey, deps.domain))
    if (mail === null)
      return { outcome: 'permanent', failure: 'nobody_to_write_to', reason: 'nobody to write to' }
    if (!(await isOurs())) return 'taken'
    return await deps.mailer.send(mail)
  } catch (error) {
    // Only the name of the error: its message may quote the mail or its recipient.
    const reason = error instanceof Error ? error.name : 'unknown failure'
    return { outcome: 'temporary', failure: 'other', reason }
  }
}

/**
 * Sends when a notification on the channel `outbox` wakes it, and looks by itself for retries that are due and for claims
 * of workers that died. Six mails are sent at the same time, and the next one is claimed as soon as one is sent, so a slow
 * mail delays no other. One loop claims for all of them: a worker with nothing to do asks the database once, over one
 * connection. `stop` waits for the mails that are being sent; the lease of one that takes too long expires.
 */
export function startOutboxWorker(deps: OutboxDeps): WorkerLoop {
  const { store, log } = deps
  const sending = new Set<Promise<void>>()
  const round = async (): Promise<boolean> => {
    if (sending.size === SMTP_CONNECTIONS) return false
    // The last one is for sign-in mails alone, for the time when every other one waits for a slow mail server.
    const which = sending.size === SMTP_CONNECTIONS - 1 ? 'urgent' : 'all'
    const [message] = await claimDue(store, 1, LEASE_MS, which)
    if (!message) return false
    const sent = sendOne(deps, message)
      .catch((error: unknown) =>
        log.error({ err: error, worker: 'outbox' }, 'the result of a mail could not be recorded'),
      )
      .finally(() => {
        sending.delete(sent)
        loop.wake()
      })
    sending.add(sent)
    return true
  }
  const loop = startLoop('outbox', round, log, LOOK_FOR_LAPSED_MS)
  return {
    wake: loop.wake,
    async stop() {
      const timeout = Promise.withResolvers<void>()
      const timer = setTimeout(timeout.resolve, STOP_TIMEOUT_MS)
      const finished = loop.stop().then(() => Promise.all(sending))
      await Promise.race([finished, timeout.promise])
      clearTimeout(timer)
    },
  }
}
