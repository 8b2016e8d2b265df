import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import type { Mail, Mailer, SendResult } from './mail.ts'
import { claimDue, recordFailed, recordSent } from '../outbox/outbox-store.ts'
import { messageId, nextAttempt, type OutboxMessage } from '../outbox/outbox.ts'

/** Writes the mail from what the books say now; null when there is nobody to write to (an erased donor). */
export type Composer = (message: OutboxMessage, messageId: string) => Promise<Mail | null>

export type OutboxDeps = {
  /** A pool: every statement commits by itself, and none is open while the mail server is spoken to. */
  readonly store: Queryable
  readonly mailer: Mailer
  readonly compose: Composer
  /** What must be done before a mail leaves; false: not yet. */
  readonly before?: (message: OutboxMessage) => Promise<boolean>
  readonly clock: () => Date
  readonly log: Logger
  /** Right part of the Message-IDs: the host of `PUBLIC_URL`. */
  readonly domain: string
}

/** Claimed together and sent at the same time: as many as the mailer has connections. */
export const OUTBOX_BATCH = 5
const LEASE_MS = 120_000 // four times what one send can take
const STOP_PATIENCE_MS = 5_000 // the process has ten seconds to leave

/** One round: claim, send, record. Says how many were claimed. @throws when the database is away. */
export async function sendDue(deps: OutboxDeps): Promise<number> {
  const messages = await claimDue(deps.store, OUTBOX_BATCH, LEASE_MS)
  const rounds = await Promise.allSettled(messages.map((message) => sendOne(deps, message)))
  for (const round of rounds) if (round.status === 'rejected') throw round.reason
  return messages.length
}

async function sendOne(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const { store, log } = deps
  const about = { outboxMessage: message.messageKey, attempts: message.attempts }
  const result = await trySending(deps, message)
  if (result.outcome === 'sent') {
    await recordSent(store, message.id)
    log.info(about, 'mail sent')
    return
  }
  const retryAt = result.outcome === 'permanent' ? null : nextAttempt(message.attempts, deps.clock())
  await recordFailed(store, message.id, result.reason, retryAt)
  if (retryAt === null) log.error({ ...about, reason: result.reason }, 'mail given up')
  else log.warn({ ...about, reason: result.reason, retryAt }, 'mail not sent yet')
}

async function trySending(deps: OutboxDeps, message: OutboxMessage): Promise<SendResult> {
  try {
    if (deps.before && !(await deps.before(message)))
      return { outcome: 'temporary', reason: 'its number is not remembered yet' }
    const mail = await deps.compose(message, messageId(message.messageKey, deps.domain))
    if (mail === null) return { outcome: 'permanent', reason: 'nobody to write to' }
    return await deps.mailer.send(mail)
  } catch (error) {
    // Only the kind of error: its text may quote what was to be written to whom.
    return { outcome: 'temporary', reason: error instanceof Error ? error.name : 'unknown failure' }
  }
}

/**
 * Sends whenever it is woken (notifications on channel `outbox`) and looks by itself for retries that are due.
 * `stop` waits for mails in hand; one that takes too long is left to its lease.
 */
export function startOutboxWorker(deps: OutboxDeps): WorkerLoop {
  const loop = startLoop('outbox', async () => (await sendDue(deps)) === OUTBOX_BATCH, deps.log)
  return {
    wake: loop.wake,
    async stop() {
      const over = Promise.withResolvers<void>()
      const timer = setTimeout(over.resolve, STOP_PATIENCE_MS)
      await Promise.race([loop.stop(), over.promise])
      clearTimeout(timer)
    },
  }
}
