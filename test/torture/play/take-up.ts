import { query } from '../../kit/test-server.ts'
import type { ReceivedMail } from '../stage/mail.ts'
import type { Process } from '../stage/processes.ts'
import { pause } from './deliveries.ts'

export const PATIENCE_MS = 10 * 60 * 1000
const FIRST_MAIL_WITHIN_MS = 10_000
/** The workers have just been started and everything is still to be processed. */
const TAKEN_WITHIN_MS = 20_000

/** Asks until the query finds nothing. */
export async function until(url: string, sql: string): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (;;) {
    const rows = await query(url, sql).catch(() => [{}])
    if (rows.length === 0) return
    if (performance.now() > deadlineMs) return // the auditor says what did not come to an end
    await pause(100)
  }
}

/** Kills a worker that has taken events, and measures until the other one has processed them. */
export async function timeToTakeUp(url: string, victim: Process | undefined): Promise<number | null> {
  if (victim === undefined) return null
  const ids = async (sql: string): Promise<string[]> => (await query(url, sql)).map(({ id }) => String(id))
  const deadlineMs = performance.now() + TAKEN_WITHIN_MS
  while (performance.now() < deadlineMs) {
    const pending = await ids(
      `select inbox_event_id as id from inbox_states where outcome = 'pending' order by 1 limit 2000`,
    )
    const free = new Set(
      await ids(
        `select inbox_event_id as id from inbox_states where outcome = 'pending' order by 1 limit 2000 for update skip locked`,
      ),
    )
    const taken = pending.filter((id) => !free.has(id))
    if (taken.length === 0) {
      await pause(10)
      continue
    }
    const killedAt = performance.now()
    victim.kill()
    await until(
      url,
      `select from inbox_states where outcome = 'pending' and inbox_event_id in (${taken.map(Number).join(',')}) limit 1`,
    )
    return performance.now() - killedAt
  }
  return null
}

/** Kills the worker whose mail is accepted next and not answered, and measures until the other has sent that mail again. */
export async function timeToMailAgain(
  url: string,
  workers: readonly Process[],
  received: readonly ReceivedMail[],
): Promise<number | null> {
  const accepted = Promise.withResolvers<{ readonly victim: Process; readonly messageId: string }>()
  for (const victim of workers)
    victim.mail.onAccepted = () => accepted.resolve({ victim, messageId: received.at(-1)?.messageId ?? '' })
  const first = await Promise.race([accepted.promise, pause(FIRST_MAIL_WITHIN_MS)])
  for (const { mail } of workers) mail.onAccepted = null
  if (!first) return null
  const killedAt = performance.now()
  first.victim.kill()
  const key = first.messageId.slice(1, first.messageId.lastIndexOf('@'))
  await until(url, `select from outbox_messages where message_key = '${key}' and sent_at is null`)
  return performance.now() - killedAt
}
