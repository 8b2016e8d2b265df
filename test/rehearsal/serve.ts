import { once } from 'node:events'
import { pino } from 'pino'
import { mintSignInLink } from '../../src/access/sign-in-link-store.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { makeMetrics } from '../../src/http/metrics.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { expectedOf } from '../../src/connections.ts'
import { startWorker } from '../../src/worker.ts'
import type { House } from './house.ts'

const DELIVER_EVERY_MS = 1000

/** The service goes on by itself on the rehearsed books, until Ctrl-C. */
export async function serve(house: House, databaseUrl: string, say: (text: string) => void): Promise<void> {
  const { box, stripe, database, config, clock } = house
  house.timeGoesOn()
  // Nobody is written to: the donors are made up.
  const mailer: Mailer = { send: async () => ({ outcome: 'sent' }), close: () => undefined }
  const log = pino({ level: 'warn' })
  const worker = await startWorker({
    config,
    database,
    databaseUrl,
    mailer,
    expected: expectedOf(config),
    stripe,
    receiptSecret: 'a secret of the rehearsal only',
    clock,
    log,
    metrics: makeMetrics(() => Promise.reject(new Error('nobody asks'))),
  })
  const deliveries = setInterval(() => {
    box.deliverPending().catch((error: unknown) => log.warn({ err: error }, 'a webhook was not sent'))
  }, DELIVER_EVERY_MS)
  const staff = await putStaff(database.knex, { email: 'finance@courier.example', role: 'finance' })
  const { token } = await mintSignInLink(database.knex, staff.id, clock())
  say(`\nThe service goes on: ${config.publicUrl}/finance/sign-in/${token}\n`)
  say(
    `  (valid for 15 minutes, once)\nThe article page: ${config.publicUrl}/demo\nThe offline Stripe: ${box.url}\n`,
  )
  say('Ctrl-C ends it and throws the books away.\n')
  const leaving = new AbortController()
  const { signal } = leaving
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })])
  leaving.abort()
  clearInterval(deliveries)
  await worker.stop()
}
