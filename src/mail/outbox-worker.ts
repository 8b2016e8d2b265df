import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import type { Mail, Mailer, SendResult } from './mail.ts'
import { claimDue, recordFailed, recordSent } from '../outbox/outbox-store.ts'
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
}

/** Messages that are claimed together and sent at the same time; the mailer has as many connections. */
export const OUTBOX_BATCH = 5
const LEASE_MS = 120_000 // four times the longest send
const STOP_TIMEOUT_MS = 5_000 // the process has ten seconds to stop

/**
 * Claims messages that are due, sends them and records the results.
 * @returns how many were claimed
 * @throws when the database is unavailable
 */
export async function sendDue(deps: OutboxDeps): Promise<number> {
  const messages = await claimDue(deps.store, OUTBOX_BATCH, LEASE_MS)
  const results = await Promise.allSettled(messages.map((message) => sendOne(deps, message)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return messages.length
}

async function sendOne(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const { store, log } = deps
  const fields = { outboxMessage: message.messageKey, attempts: message.attempts }
  const result = await trySending(deps, message)
  if (result.outcome === 'sent') {
    await recordSent(store, message.id)
    log.info(fields, 'the mail was sent')
    return
  }
  const retryAt = result.outcome === 'permanent' ? null : nextAttempt(message.attempts, deps.clock())
  await recordFailed(store, message.id, result.reason, retryAt)
  if (retryAt === null) log.error({ ...fields, reason: result.reason }, 'the mail was given up')
  else log.warn({ ...fields, reason: result.reason, retryAt }, 'the mail will be sent later')
}

async function trySending(deps: OutboxDeps, message: OutboxMessage): Promise<SendResult> {
  try {
    if (deps.before && !(await deps.before(message)))
      return { outcome: 'temporary', reason: 'the receipt number is not backed up yet' }
    const mail = await deps.compose(message, messageId(message.messageKey, deps.domain))
    if (mail === null) return { outcome: 'permanent', reason: 'nobody to write to' }
    return await deps.mailer.send(mail)
  } catch (error) {
    // Only the name of the error: its message may quote the mail or its recipient.
    return { outcome: 'temporary', reason: error instanceof Error ? error.name : 'unknown failure' }
  }
}

/**
 * Sends when a notification on the channel `outbox` wakes it, and looks by itself for retries that are due. `stop` waits
 * for the mails that are being sent; the lease of one that takes too long expires.
 */
export function startOutboxWorker(deps: OutboxDeps): WorkerLoop {
  const loop = startLoop('outbox', async () => (await sendDue(deps)) === OUTBOX_BATCH, deps.log)
  return {
    wake: loop.wake,
    async stop() {
      const timeout = Promise.withResolvers<void>()
      const timer = setTimeout(timeout.resolve, STOP_TIMEOUT_MS)
      await Promise.race([loop.stop(), timeout.promise])
      clearTimeout(timer)
    },
  }
}
