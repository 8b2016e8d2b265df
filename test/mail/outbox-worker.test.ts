import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { openMailer } from '../../src/mail/mailer-gateway.ts'
import { claimDue, outboxDepth, putIntoOutbox } from '../../src/outbox/outbox-store.ts'
import { sendNext, startOutboxWorker, type OutboxDeps } from '../../src/mail/outbox-worker.ts'
import { mailKinds } from '../../src/outbox/outbox.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { aMail } from './mail-sample.ts'
import { sendDue } from '../kit/send-due.ts'
import { startSmtpCatcher, type SmtpCatcher } from './smtp-catcher.ts'

let db: TestDatabase
let smtp: SmtpCatcher
let mailer: Mailer
let logged: string[]

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await db.database.pool.query('delete from outbox_messages')
  smtp = await startSmtpCatcher()
  mailer = openMailer(smtp.url)
  logged = []
})
afterEach(async () => {
  mailer.close()
  await smtp.close()
})

function deps(changes: Partial<OutboxDeps> = {}): OutboxDeps {
  return {
    store: db.database.pool,
    mailer,
    compose: async (_message, messageId) => aMail({ messageId }),
    clock: () => new Date(),
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    domain: 'news.example',
    ...changes,
  }
}

/** Puts a receipt mail into the outbox for each number. */
async function putReceipts(...numbers: number[]): Promise<void> {
  await inTransaction(db.database.pool, (tx) =>
    putIntoOutbox(
      tx,
      numbers.map((number) => ({
        kind: 'receipt',
        messageKey: `receipt.2026-00000${number}`,
        subject: `donation-${number}`,
      })),
    ),
  )
}
const rows = async () => (await db.database.pool.query('select * from outbox_messages order by id')).rows
const makeDue = () => db.database.pool.query('update outbox_messages set next_attempt_at = now()')
const sentIds = () => smtp.mails.map((mail) => mail.messageId)

/** Waits until the condition holds. @throws after ten seconds */
async function until(holds: () => boolean | undefined | Promise<boolean | undefined>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the condition does not hold after ten seconds')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('the outbox', () => {
  it('sends every kind of mail that the database accepts', async () => {
    const { rows: constraints } = await db.database.pool.query(
      `select pg_get_constraintdef(oid) as rule from pg_constraint where conname = 'outbox_messages_kind_is_known'`,
    )
    const accepted = String(constraints[0]?.rule).matchAll(/'(\w+)'/g)
    expect(Array.from(accepted, ([, kind]) => kind).toSorted()).toEqual(mailKinds.toSorted())
    await inTransaction(db.database.pool, (tx) =>
      putIntoOutbox(
        tx,
        mailKinds.map((kind) => ({ kind, messageKey: `of-kind.${kind}`, subject: 'somebody' })),
      ),
    )
    const composed: string[] = []
    const compose: OutboxDeps['compose'] = async ({ kind }, messageId) => {
      composed.push(kind)
      return aMail({ messageId })
    }
    expect(await sendDue(deps({ compose }))).toBe(mailKinds.length)
    expect(composed.toSorted()).toEqual(mailKinds.toSorted())
  })

  it('sends each message that is due once', async () => {
    await putReceipts(1, 2)
    expect(await sendDue(deps())).toBe(2)
    expect(await sendDue(deps())).toBe(0)
    expect(sentIds().toSorted()).toEqual([
      '<receipt.2026-000001@news.example>',
      '<receipt.2026-000002@news.example>',
    ])
    expect(await outboxDepth(db.database.pool)).toEqual({ waiting: 0, oldestS: 0, gaveUp: 0 })
  })

  it('sends nothing for a database transaction that was rolled back', async () => {
    await inTransaction(db.database.pool, async (tx) => {
      await putIntoOutbox(tx, [{ kind: 'receipt', messageKey: 'receipt.x', subject: 'x' }])
      throw new Error('rolled back')
    }).catch(() => {})
    expect(await sendDue(deps())).toBe(0)
  })

  it('tries again a minute after a temporary refusal, with the same Message-ID', async () => {
    await putReceipts(1)
    smtp.answers = [{ at: 'data', code: 451 }]
    const clock = new Date()
    await sendDue(deps({ clock: () => clock }))
    const [failed] = await rows()
    expect(failed).toMatchObject({
      attempts: 1,
      sent_at: null,
      gave_up_at: null,
      last_error: 'EMESSAGE 451 DATA',
    })
    expect(failed.next_attempt_at.getTime()).toBe(clock.getTime() + 60_000)
    expect(await sendDue(deps())).toBe(0)
    expect(await outboxDepth(db.database.pool)).toMatchObject({ waiting: 1, gaveUp: 0 })
    await makeDue()
    await sendDue(deps())
    expect(sentIds()).toEqual(['<receipt.2026-000001@news.example>'])
    expect((await rows())[0]).toMatchObject({ attempts: 2, last_error: null })
  })

  it('gives up at once when the server says that the address does not exist, and logs it without the address', async () => {
    await putReceipts(1)
    smtp.answers = [{ at: 'rcpt', code: 550, status: '5.1.1' }]
    await sendDue(deps())
    await makeDue()
    expect(await sendDue(deps())).toBe(0)
    expect((await rows())[0]).toMatchObject({
      sent_at: null,
      last_error: 'EENVELOPE 550 5.1.1 RCPT TO',
      failure: 'no_such_address',
    })
    expect(await outboxDepth(db.database.pool)).toEqual({ waiting: 0, oldestS: 0, gaveUp: 1 })
    expect(logged.join('')).toContain('the mail was given up')
    expect(logged.join('')).not.toContain('mail.example')
  })

  it.each([
    [{ at: 'rcpt', code: 550, status: '5.4.5' }, 'sending_limit'],
    [{ at: 'data', code: 554 }, 'refused_by_policy'],
    [{ at: 'rcpt', code: 552, status: '5.2.2' }, 'mailbox_full'],
    [{ at: 'rcpt', code: 550 }, 'no_such_address'],
  ] as const)('sends a receipt later that the server refused once with %o', async (answer, failure) => {
    await putReceipts(1)
    smtp.answers = [answer]
    await sendDue(deps())
    expect((await rows())[0]).toMatchObject({ gave_up_at: null, failure })
    await makeDue()
    await sendDue(deps())
    expect((await rows())[0]).toMatchObject({ sent_at: expect.any(Date), failure: null })
    expect(smtp.mails).toHaveLength(1)
  })

  it('gives up after a day when the server refuses the recipient without saying why', async () => {
    await putReceipts(1)
    const refuse = async (triesBefore: number) => {
      await db.database.pool.query('update outbox_messages set attempts = $1', [triesBefore])
      await makeDue()
      smtp.answers = [{ at: 'rcpt', code: 550 }]
      await sendDue(deps())
      return (await rows())[0].gave_up_at !== null
    }
    expect(await refuse(11)).toBe(false)
    expect(await refuse(12)).toBe(true)
  })

  it('gives up after the twentieth try', async () => {
    await putReceipts(1)
    await db.database.pool.query('update outbox_messages set attempts = 19')
    smtp.answers = [{ at: 'data', code: 451 }]
    await sendDue(deps())
    expect((await rows())[0].gave_up_at).not.toBeNull()
  })

  it('sends again with the same Message-ID when the process dies between sending and recording', async () => {
    await putReceipts(1)
    const dyingPool = new Proxy(db.database.pool, {
      get(pool, property) {
        if (property !== 'query') return Reflect.get(pool, property)
        return async (query: { name: string; text: string; values: unknown[] }) => {
          if (query.name === 'outbox_sent') throw new Error('the process died here')
          return pool.query(query)
        }
      },
    })
    await expect(sendDue(deps({ store: dyingPool }))).rejects.toThrow('died here')
    expect(smtp.mails).toHaveLength(1)
    expect(await sendDue(deps())).toBe(0) // the lease still holds
    await makeDue() // the lease has expired
    await sendDue(deps())
    expect(sentIds()).toEqual(['<receipt.2026-000001@news.example>', '<receipt.2026-000001@news.example>'])
    expect((await rows())[0].sent_at).not.toBeNull()
  })

  it('keeps no database transaction open while it sends', async () => {
    await putReceipts(1)
    let openTransactions = -1
    // One sender: another one's claim, a statement of its own, might be in flight.
    await sendNext(
      deps({
        mailer: {
          ...mailer,
          async send() {
            const { rows: open } = await db.database.pool.query(
              `select count(*)::int as n from pg_stat_activity
                where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
                  and backend_type = 'client backend'`,
            )
            openTransactions = open[0].n
            return { outcome: 'sent' }
          },
        },
      }),
      'all',
    )
    expect(openTransactions).toBe(0)
  })

  it('gives each message to one worker only when many claim at the same time', async () => {
    await putReceipts(1, 2, 3, 4, 5, 6, 7, 8, 9)
    const claimed = await Promise.all([1, 2, 3].map(() => claimDue(db.database.pool, 4, 60_000)))
    const ids = claimed.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(claimed.every((some) => some.length <= 4)).toBe(true)
  })

  it('claims other messages while another worker’s claim is not committed yet', async () => {
    await putReceipts(1, 2)
    const [first, second] = await inTransaction(db.database.pool, async (tx) => [
      await claimDue(tx, 1, 60_000),
      await claimDue(db.database.pool, 1, 60_000), // while the first claim is not committed
    ])
    // Both are due at the same moment, so either may be the first.
    const claimed = [first, second].map((messages) => messages?.map(({ subject }) => subject).join())
    expect(claimed.toSorted()).toEqual(['donation-1', 'donation-2'])
  })

  it('sends the other mails when one cannot be composed', async () => {
    await putReceipts(1, 2)
    await sendDue(
      deps({
        compose: async (message, messageId) => {
          if (message.subject === 'donation-1') throw new TypeError('about reader@mail.example')
          return aMail({ messageId })
        },
      }),
    )
    expect(sentIds()).toEqual(['<receipt.2026-000002@news.example>'])
    expect((await rows()).map((row) => row.last_error)).toEqual(['TypeError', null])
    expect(logged.join('')).not.toContain('reader@mail.example')
  })

  it('gives up a mail without a recipient, as after the donor was erased', async () => {
    await putReceipts(1)
    await sendDue(deps({ compose: async () => null }))
    expect((await rows())[0]).toMatchObject({ last_error: 'nobody to write to', sent_at: null })
    expect(smtp.mails).toEqual([])
  })
})

describe('a sign-in mail', () => {
  const putManyReceipts = (count: number) =>
    db.database.pool.query(
      `insert into outbox_messages (kind, message_key, subject, next_attempt_at)
       select 'receipt', 'receipt.2026-' || lpad(n::text, 6, '0'), 'donation-' || n, now() - interval '1 hour'
       from generate_series(1, $1::int) as n`,
      [count],
    )
  const putSignIn = () =>
    inTransaction(db.database.pool, (tx) =>
      putIntoOutbox(tx, [{ kind: 'staff_sign_in', messageKey: 'sign-in.a', subject: 'chief' }]),
    )

  it('is sent among the first when 1,500 receipts have waited for longer', async () => {
    await putManyReceipts(1_500)
    await putSignIn()
    const claimed: string[] = []
    const compose: OutboxDeps['compose'] = async ({ kind }, messageId) => {
      claimed.push(kind)
      return aMail({ messageId })
    }
    await sendDue(deps({ compose, mailer: { ...mailer, send: async () => ({ outcome: 'sent' }) } }))
    expect(claimed).toHaveLength(1_501)
    expect(claimed.indexOf('staff_sign_in')).toBeLessThan(5)
  })

  it('is sent while every other sender waits for a mail server that does not answer', async () => {
    await putManyReceipts(20)
    const released = Promise.withResolvers<void>()
    const sent: string[] = []
    let waiting = 0
    const stuck: Mailer = {
      ...mailer,
      async send({ messageId }) {
        if (messageId.startsWith('<receipt')) {
          waiting++
          await released.promise
        }
        sent.push(messageId)
        return { outcome: 'sent' }
      },
    }
    const worker = startOutboxWorker(deps({ mailer: stuck }))
    await until(() => waiting === 5)
    await putSignIn()
    worker.wake()
    await until(() => sent.length > 0)
    expect(sent).toEqual(['<sign-in.a@news.example>'])
    expect(waiting).toBe(5)
    released.resolve()
    await worker.stop()
  })

  it('is found by the index that keeps the order, however many receipts wait', async () => {
    await putManyReceipts(3_000)
    await db.database.pool.query('analyze outbox_messages')
    const { rows: plan } = await db.database.pool.query(
      `explain select id from outbox_messages where sent_at is null and gave_up_at is null and next_attempt_at <= now()
       order by (kind <> 'staff_sign_in'), next_attempt_at limit 1 for update skip locked`,
    )
    expect(JSON.stringify(plan)).toContain('outbox_messages_urgent_first')
    expect(JSON.stringify(plan)).not.toContain('Sort')
  })
})

describe('a claim', () => {
  /** One sender at a mail server that answers when the test says so. */
  async function whileSending(look: () => Promise<void>): Promise<void> {
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow: Mailer = {
      ...mailer,
      async send() {
        reached.resolve()
        await released.promise
        return { outcome: 'sent' }
      },
    }
    const sending = sendNext(deps({ mailer: slow }), 'all')
    await reached.promise
    await look()
    released.resolve()
    await sending
  }
  const claimLasts = async (seconds: number) =>
    (
      await db.database.pool.query<{ lasts: boolean }>(
        `select next_attempt_at > now() + $1 * interval '1 second' as lasts from outbox_messages`,
        [seconds],
      )
    ).rows[0]?.lasts

  it('is renewed every second while its worker waits for a slow mail server', async () => {
    await putReceipts(1)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await whileSending(async () => {
      for (let times = 0; times < 3; times++) {
        await db.database.pool.query(
          `update outbox_messages set next_attempt_at = now() + interval '1 second'`,
        )
        vi.advanceTimersByTime(1_000)
        await until(() => claimLasts(2))
      }
    })
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('is not renewed any more when its result is recorded', async () => {
    await putReceipts(1)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const order: string[] = []
    const store = new Proxy(db.database.pool, {
      get: (pool, property) =>
        property === 'query'
          ? async (query: { name: string; text: string; values: unknown[] }) => {
              if (query.name === 'outbox_failed') order.push('recorded')
              if (query.name !== 'outbox_renew_claim') return pool.query(query)
              begun.resolve()
              await released.promise
              order.push('renewed')
              return pool.query(query)
            }
          : Reflect.get(pool, property),
    })
    const refusing: Mailer = {
      ...mailer,
      async send() {
        vi.advanceTimersByTime(1_000)
        await begun.promise
        setImmediate(released.resolve)
        return { outcome: 'temporary', failure: 'other', reason: 'later' }
      },
    }
    await sendNext(deps({ store, mailer: refusing }), 'all')
    vi.useRealTimers()
    expect(order).toEqual(['renewed', 'recorded'])
    expect(await claimLasts(30)).toBe(true)
  })

  it('of a worker that died lapses within five seconds', async () => {
    await putReceipts(1)
    await whileSending(async () => expect(await claimLasts(5)).toBe(false))
  })

  it('that another worker took while this one stood still is not sent by this one', async () => {
    await putReceipts(1)
    let now = new Date()
    await sendDue(
      deps({
        clock: () => now,
        async compose(_message, messageId) {
          now = new Date(now.getTime() + 60_000)
          // As another worker's claim does, whatever this one renews meanwhile.
          await db.database.pool.query('update outbox_messages set attempts = attempts + 1')
          return aMail({ messageId })
        },
      }),
    )
    expect(sentIds()).toEqual([])
    expect(logged.join('')).toContain('another worker has taken the mail')
    expect((await rows())[0]).toMatchObject({ attempts: 2, last_error: null, sent_at: null })
  })
})

describe('the outbox worker', () => {
  it('sends five mails at the same time and takes the next one as soon as one is sent', async () => {
    await putReceipts(1, 2, 3, 4, 5, 6, 7, 8)
    const released = Promise.withResolvers<void>()
    const sent: string[] = []
    const oneIsSlow: Mailer = {
      ...mailer,
      async send({ messageId }) {
        if (messageId.includes('000001')) await released.promise
        sent.push(messageId)
        return { outcome: 'sent' }
      },
    }
    const worker = startOutboxWorker(deps({ mailer: oneIsSlow }))
    await until(() => sent.length === 7)
    expect(sent.join()).not.toContain('000001')
    released.resolve()
    await until(() => sent.length === 8)
    await worker.stop()
  })

  it('empties the outbox, and sends again when it is woken, until it is stopped', async () => {
    await putReceipts(1, 2, 3, 4, 5, 6, 7)
    const worker = startOutboxWorker(deps())
    await until(() => smtp.mails.length === 7)
    await until(async () => (await outboxDepth(db.database.pool)).waiting === 0)
    await putReceipts(8)
    worker.wake()
    await until(() => smtp.mails.length === 8)
    await worker.stop()
    await putReceipts(9)
    worker.wake()
    expect(await outboxDepth(db.database.pool)).toMatchObject({ waiting: 1 })
  })

  it('finishes the mail that it is sending before it stops', async () => {
    await putReceipts(1)
    const released = Promise.withResolvers<void>()
    let isSending = false
    const slow: Mailer = {
      ...mailer,
      async send() {
        isSending = true
        await released.promise
        return { outcome: 'sent' }
      },
    }
    const worker = startOutboxWorker(deps({ mailer: slow }))
    await until(() => isSending)
    const stopped = worker.stop()
    released.resolve()
    await stopped
    expect((await rows())[0].sent_at).not.toBeNull()
  })
})
