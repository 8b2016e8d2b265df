import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { openMailer } from '../../src/mail/mailer-gateway.ts'
import { claimDue, outboxDepth, putIntoOutbox } from '../../src/outbox/outbox-store.ts'
import { sendDue, startOutboxWorker, type OutboxDeps } from '../../src/mail/outbox-worker.ts'
import { mailKinds } from '../../src/outbox/outbox.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { aMail } from './mail-sample.ts'
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

function parts(changes: Partial<OutboxDeps> = {}): OutboxDeps {
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

async function owe(...numbers: number[]): Promise<void> {
  await inTransaction(db.database.pool, (tx) =>
    putIntoOutbox(
      tx,
      numbers.map((n) => ({
        kind: 'receipt',
        messageKey: `receipt.2026-00000${n}`,
        subject: `donation-${n}`,
      })),
    ),
  )
}
const rows = async () => (await db.database.pool.query('select * from outbox_messages order by id')).rows
const makeDue = () => db.database.pool.query('update outbox_messages set next_attempt_at = now()')
const sentIds = () => smtp.mails.map((mail) => mail.messageId)

/** Looks until it is so; a deadline, not a pause, decides that it never will be. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not happen in time')
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
    expect(await sendDue(parts({ compose }))).toBe(mailKinds.length)
    expect(composed.toSorted()).toEqual(mailKinds.toSorted())
  })

  it('sends what is due, once', async () => {
    await owe(1, 2)
    expect(await sendDue(parts())).toBe(2)
    expect(await sendDue(parts())).toBe(0)
    expect(sentIds().toSorted()).toEqual([
      '<receipt.2026-000001@news.example>',
      '<receipt.2026-000002@news.example>',
    ])
    expect(await outboxDepth(db.database.pool)).toEqual({ waiting: 0, oldestS: 0, gaveUp: 0 })
  })

  it('sends nothing that was rolled back', async () => {
    await inTransaction(db.database.pool, async (tx) => {
      await putIntoOutbox(tx, [{ kind: 'receipt', messageKey: 'receipt.x', subject: 'x' }])
      throw new Error('rolled back')
    }).catch(() => {})
    expect(await sendDue(parts())).toBe(0)
  })

  it('tries again after a temporary refusal, later, with the same Message-ID', async () => {
    await owe(1)
    smtp.answers = [{ at: 'data', code: 451 }]
    const clock = new Date()
    await sendDue(parts({ clock: () => clock }))
    const [failed] = await rows()
    expect(failed).toMatchObject({
      attempts: 1,
      sent_at: null,
      gave_up_at: null,
      last_error: 'EMESSAGE 451 DATA',
    })
    expect(failed.next_attempt_at.getTime()).toBe(clock.getTime() + 60_000)
    expect(await sendDue(parts())).toBe(0)
    expect(await outboxDepth(db.database.pool)).toMatchObject({ waiting: 1, gaveUp: 0 })
    await makeDue()
    await sendDue(parts())
    expect(sentIds()).toEqual(['<receipt.2026-000001@news.example>'])
    expect((await rows())[0]).toMatchObject({ attempts: 2, last_error: null })
  })

  it('gives up at once when the recipient is refused for good, and says so without naming anybody', async () => {
    await owe(1)
    smtp.answers = [{ at: 'rcpt', code: 550 }]
    await sendDue(parts())
    await makeDue()
    expect(await sendDue(parts())).toBe(0)
    expect((await rows())[0]).toMatchObject({ sent_at: null, last_error: 'EENVELOPE 550 RCPT TO' })
    expect(await outboxDepth(db.database.pool)).toEqual({ waiting: 0, oldestS: 0, gaveUp: 1 })
    expect(logged.join('')).toContain('mail given up')
    expect(logged.join('')).not.toContain('mail.example')
  })

  it('gives up after the last of many tries', async () => {
    await owe(1)
    await db.database.pool.query('update outbox_messages set attempts = 19')
    smtp.answers = [{ at: 'data', code: 451 }]
    await sendDue(parts())
    expect((await rows())[0].gave_up_at).not.toBeNull()
  })

  it('sends again with the same Message-ID when the process dies between sending and recording', async () => {
    await owe(1)
    const dying = new Proxy(db.database.pool, {
      get(pool, property) {
        if (property !== 'query') return Reflect.get(pool, property)
        return async (query: { name: string; text: string; values: unknown[] }) => {
          if (query.name === 'outbox_sent') throw new Error('the process died here')
          return pool.query(query)
        }
      },
    })
    await expect(sendDue(parts({ store: dying }))).rejects.toThrow('died here')
    expect(smtp.mails).toHaveLength(1)
    expect(await sendDue(parts())).toBe(0) // leased: nobody else sends it yet
    await makeDue() // the lease has run out
    await sendDue(parts())
    expect(sentIds()).toEqual(['<receipt.2026-000001@news.example>', '<receipt.2026-000001@news.example>'])
    expect((await rows())[0].sent_at).not.toBeNull()
  })

  it('keeps no database transaction open while it sends', async () => {
    await owe(1)
    let busy = -1
    await sendDue(
      parts({
        mailer: {
          ...mailer,
          async send() {
            const { rows: open } = await db.database.pool.query(
              `select count(*)::int as n from pg_stat_activity
                where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
                  and backend_type = 'client backend'`,
            )
            busy = open[0].n
            return { outcome: 'sent' }
          },
        },
      }),
    )
    expect(busy).toBe(0)
  })

  it('gives each message to one of many workers only', async () => {
    await owe(1, 2, 3, 4, 5, 6, 7, 8, 9)
    const claimed = await Promise.all([1, 2, 3].map(() => claimDue(db.database.pool, 4, 60_000)))
    const ids = claimed.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(claimed.every((some) => some.length <= 4)).toBe(true)
  })

  it('does not wait for a worker that is just claiming', async () => {
    await owe(1, 2)
    const [first, second] = await inTransaction(db.database.pool, async (tx) => [
      await claimDue(tx, 1, 60_000),
      await claimDue(db.database.pool, 1, 60_000), // while the first claim is not committed
    ])
    expect([...(first ?? []), ...(second ?? [])].map((m) => m.subject)).toEqual(['donation-1', 'donation-2'])
  })

  it('does not let one mail that cannot be written hold up the others', async () => {
    await owe(1, 2)
    await sendDue(
      parts({
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

  it('writes to nobody when the donor has been erased', async () => {
    await owe(1)
    await sendDue(parts({ compose: async () => null }))
    expect((await rows())[0]).toMatchObject({ last_error: 'nobody to write to', sent_at: null })
    expect(smtp.mails).toEqual([])
  })
})

describe('the outbox worker', () => {
  it('empties the outbox, sleeps, and wakes when told', async () => {
    await owe(1, 2, 3, 4, 5, 6, 7)
    const worker = startOutboxWorker(parts())
    await until(() => smtp.mails.length === 7)
    await until(async () => (await outboxDepth(db.database.pool)).waiting === 0)
    await owe(8)
    worker.wake()
    await until(() => smtp.mails.length === 8)
    await worker.stop()
    await owe(9)
    worker.wake()
    expect(await outboxDepth(db.database.pool)).toMatchObject({ waiting: 1 })
  })

  it('finishes the mail in hand before it stops', async () => {
    await owe(1)
    const letGo = Promise.withResolvers<void>()
    let taken = false
    const slow: Mailer = {
      ...mailer,
      async send() {
        taken = true
        await letGo.promise
        return { outcome: 'sent' }
      },
    }
    const worker = startOutboxWorker(parts({ mailer: slow }))
    await until(() => taken)
    const stopped = worker.stop()
    letGo.resolve()
    await stopped
    expect((await rows())[0].sent_at).not.toBeNull()
  })
})
