import { pino } from 'pino'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { saveControl } from '../../src/protection/protection-store.ts'
import { openSandbox } from '../kit/sandbox.ts'
import { query, withDatabase } from '../kit/test-server.ts'
import { diceOf } from '../rehearsal/script/dice.ts'
import { audit, copiesOf, type Finding, type Measured } from './auditor.ts'
import type { Options } from './options.ts'
import { wreakHavoc, type Done, type Havoc } from './play/chaos.ts'
import { PATIENCE_MS, timeToMailAgain, timeToTakeUp, until } from './play/take-up.ts'
import { deliveriesTo, pause } from './play/deliveries.ts'
import { readersOf } from './play/readers.ts'
import type { ReceivedMail } from './stage/mail.ts'
import { openPostgres } from './stage/postgres.ts'
import { startProcesses, type Process } from './stage/processes.ts'

export type Tortured = Measured & {
  readonly readers: number
  readonly events: number
  readonly webhooks: number
  readonly failedCalls: number
  readonly done: readonly Done[]
  readonly findings: readonly Finding[]
  /** What the processes logged as errors, for people who look for the cause. */
  readonly logs: string
}

/** Plays one round and lets the auditor look. */
export async function torture(options: Options, say: (text: string) => void): Promise<Tortured> {
  const { seed, events, backlog, connections } = options
  const postgres = await openPostgres()
  const sandbox = await openSandbox({
    clock: () => new Date(),
    seed,
    balanceTransactionDelayMs: 0,
    bankDebitDelayMs: 24 * 60 * 60 * 1000, // the script says when the bank answers
  })
  const received: ReceivedMail[] = []
  let processes: readonly Process[] = []
  try {
    await query(withDatabase(postgres.url(), 'postgres'), 'create database torture')
    const url = () => withDatabase(postgres.url(), 'torture')
    const database = openDatabase({ url: url(), log: pino({ level: 'silent' }), applicationName: 'torture' })
    await migrate(database.knex)
    // One gift in ten brings a fraud warning: readers would be asked for a challenge, which is not what is tried here.
    await saveControl(database.pool, 'off')
    await database.close()
    processes = await startProcesses(postgres, sandbox.url, received, seed)
    const webs = processes.filter(({ half }) => half === 'web')
    const workers = processes.filter(({ half }) => half === 'worker')
    const deliveries = deliveriesTo(webs, connections, diceOf(seed, 'deliveries'))
    const readers = readersOf(seed, webs, sandbox)

    let seen = 0
    const collect = (): void => {
      const all = sandbox.state().event
      deliveries.add([...all.values()].slice(seen))
      seen = all.size
    }
    const round = async (wanted: number, chaos: () => Promise<unknown>): Promise<void> => {
      const before = seen
      const collecting = setInterval(collect, 100)
      let isAll = false
      const delivered = deliveries.run(() => isAll)
      const rest = chaos()
      await readers.give(() => seen - before >= wanted, 16)
      clearInterval(collecting)
      collect()
      isAll = true
      await Promise.all([delivered, rest])
    }

    say(`  ${events.toLocaleString('en')} events under fire`)
    let havoc: Havoc = { done: [], lost: new Set() }
    await round(events, async () => {
      havoc = await wreakHavoc({ postgres, processes, deliveries }, options, diceOf(seed, 'chaos'), () =>
        Math.min(1, seen / events),
      )
    })
    say(`  ${havoc.done.length} deeds done; the backlog comes`)

    for (const { stripe, mail } of processes) {
      stripe.behave()
      mail.behave()
    }
    await isProcessed(url())
    await Promise.all(workers.map((worker) => worker.end()))
    const beforeBacklog = seen
    await round(backlog, async () => undefined)
    const startedAt = performance.now()
    for (const worker of workers) worker.start()
    const takenUpMs = await timeToTakeUp(url(), workers[0])
    await isProcessed(url())
    const backlogMs = performance.now() - startedAt

    say('  the rest of the mail')
    await isMailed(url())
    // Another round of a few readers, since a mail that lapses takes its turn behind those that wait.
    const [mailedAgainMs] = await Promise.all([
      timeToMailAgain(url(), workers, received),
      round(1, async () => undefined),
    ])
    await isProcessed(url())
    await isMailed(url())
    await pause(200)
    const unanswered = processes.reduce((sum, { mail }) => sum + mail.unanswered(), 0)
    const kills = processes.reduce((sum, each) => sum + each.kills(), 0)
    const others = havoc.done.filter(({ deed }) => !deed.startsWith('killed')).length
    return {
      readers: readers.readers(),
      events: seen,
      webhooks: deliveries.sent(),
      failedCalls: processes.reduce((sum, { stripe }) => sum + stripe.failed(), 0),
      done: havoc.done,
      takenUpMs,
      mailedAgainMs,
      backlogMs,
      backlog: seen - beforeBacklog,
      extraMails: copiesOf(received),
      interruptions: unanswered + kills + others,
      findings: await audit(url(), {
        expected: readers.expected,
        unpaid: readers.unpaid(),
        acknowledged: deliveries.acknowledged,
        lost: havoc.lost,
        mails: received,
        interruptions: unanswered + (kills + options.stops * 2) * MAILS_AT_ONCE,
      }),
      logs: processes.map(({ name, printed }) => `== ${name}\n${printed()}`).join('\n'),
    }
  } finally {
    await Promise.all(processes.map((each) => each.end()))
    for (const { road, stripe, mail } of processes) {
      await road.close()
      await stripe.close()
      await mail.close()
    }
    await sandbox.close()
    await postgres.remove()
  }
}

/** A process sends so many mails at the same time; each of them may go out once more when it is killed. */
const MAILS_AT_ONCE = 5

const isProcessed = (url: string): Promise<void> =>
  until(url, `select from inbox_states where outcome = 'pending' limit 1`)

/** Waits for every mail. What a dead process had taken, and what was refused, is due at once: nobody waits for the clock. */
async function isMailed(url: string): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS
  while (performance.now() < deadlineMs) {
    const [row] = await query(
      url,
      `select count(*)::int as unsent, (count(*) filter (where next_attempt_at <= now()))::int as due
       from outbox_messages where sent_at is null and gave_up_at is null`,
    )
    if (row?.['unsent'] === 0) return
    if (row?.['due'] === 0) {
      // No mail takes longer than thirty seconds, so none is still being sent.
      await pause(LONGEST_SEND_MS)
      await query(
        url,
        'update outbox_messages set next_attempt_at = now() where sent_at is null and gave_up_at is null',
      )
      await query(url, `select pg_notify('outbox', '')`)
    }
    await pause(200)
  }
}
const LONGEST_SEND_MS = 12_000
