import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../kit/until.ts'
import { count, openStage, post } from './stage.ts'
import { problemsOf, type Trial } from './trial.ts'

const GIFTS = 300
/** A hung transaction is ended by Postgres after five seconds; a mail's claim and the polling of a worker add to it. */
const TAKEN_UP_WITHIN_MS = 30_000

export const hungWorker: Trial = {
  tries:
    'a worker that stops in the middle of a transaction and goes on later (SIGSTOP, SIGCONT), beside a second one',
  async run(say) {
    const stage = await openStage()
    const { pool } = stage
    try {
      const web = await stage.start('web')
      const hung = await stage.start('worker')
      const gifts = await Promise.all(Array.from({ length: GIFTS }, () => stage.paidGift()))
      // Who is stopped stays idle in its transaction; who works does not stay so for long.
      const isHeld = async () =>
        (await count(
          pool,
          `pg_stat_activity where state like 'idle in transaction%' and datname = current_database()
             and clock_timestamp() - state_change > interval '150 milliseconds'`,
        )) > 0
      const waiting = [...gifts]
      const statuses: number[] = []
      const send = async (): Promise<void> => {
        for (let gift = waiting.pop(); gift; gift = waiting.pop()) statuses.push(await post(web.url, gift))
      }
      let caught = false
      let tries = 0
      while (!caught && waiting.length > 0) {
        tries += 1
        const few = waiting.splice(-5)
        const sent = Promise.all(few.map((gift) => post(web.url, gift)))
        await pause(5 + (tries % 10) * 3)
        hung.program.signal('SIGSTOP')
        statuses.push(...(await sent))
        await pause(200)
        caught = await isHeld()
        if (!caught) hung.program.signal('SIGCONT')
      }
      await Promise.all([send(), send(), send(), send()])
      const stoppedAt = performance.now()
      const held = await count(pool, `inbox_states where outcome = 'pending'`)
      say(`stopped in a transaction at try ${tries}, with ${held} events pending`)
      await stage.start('worker')
      const booked = () => count(pool, 'donations')
      await until('all gifts booked', async () => (await booked()) === GIFTS, TAKEN_UP_WITHIN_MS)
      const bookedMs = performance.now() - stoppedAt
      await until(
        'all mails sent',
        async () => (await count(pool, 'outbox_messages where sent_at is null')) === 0,
        2 * TAKEN_UP_WITHIN_MS,
      )
      const mailedMs = performance.now() - stoppedAt

      hung.program.signal('SIGCONT')
      await pause(3_000)
      const oneMore = await post(web.url, await stage.paidGift())
      await until('one more gift booked', async () => (await booked()) === GIFTS + 1, TAKEN_UP_WITHIN_MS)
      await until(
        'its mail sent',
        async () => (await count(pool, 'outbox_messages where sent_at is null')) === 0,
        TAKEN_UP_WITHIN_MS,
      )
      const twice = await count(
        pool,
        '(select 1 from ledger_transactions group by source, effect having count(*) > 1) as twice',
      )
      const receipts = await count(pool, 'receipts')
      // Captured mails have their Message-ID as their name.
      const mails = new Set((await readdir(stage.mailFolder)).map((file) => path.parse(file).name)).size
      const verify = await stage.admin('verify')
      return {
        rows: [
          ['gifts', `${GIFTS}, of which ${held} were pending when the worker stopped in a transaction`],
          ['all booked by the second worker after', `${(bookedMs / 1000).toFixed(1)} s`],
          ['all receipts mailed after', `${(mailedMs / 1000).toFixed(1)} s`],
          ['booked, receipts, different mails after it went on', `${await booked()}, ${receipts}, ${mails}`],
          ['postings that stand twice', String(twice)],
          [
            'mails that were tried more than once',
            String(await count(pool, 'outbox_messages where attempts > 1')),
          ],
          ['verify', verify.code === 0 ? 'finds nothing' : verify.printed.slice(-400)],
        ],
        problems: problemsOf(
          [caught, 'the worker was never stopped in a transaction'],
          [[...statuses, oneMore].every((status) => status === 200), 'a webhook was refused'],
          [
            twice === 0 && receipts === GIFTS + 1 && (await booked()) === GIFTS + 1,
            'something was done twice or not at all',
          ],
          [mails === GIFTS + 1, `${mails} different mails were sent`],
          [verify.code === 0, 'verify found something'],
        ),
      }
    } finally {
      await stage.close()
    }
  },
}
