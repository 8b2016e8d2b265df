import { once } from 'node:events'
import { pino } from 'pino'
import { mintSignInLink } from '../../src/access/sign-in/sign-in-link-store.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { makeMetrics } from '../../src/http/metrics.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { expectedOf } from '../../src/connections.ts'
import { startWorker } from '../../src/worker.ts'
import { testKeys } from '../kit/keys.ts'
import type { RehearsalService } from './play/service.ts'

const DELIVER_EVERY_MS = 1000

/** Lets the service run on the rehearsed database until Ctrl-C. */
export async function serve(
  service: RehearsalService,
  databaseUrl: string,
  say: (text: string) => void,
): Promise<void> {
  const { sandbox, stripe, database, config, clock, ownership } = service
  service.startTime()
  // The donors are invented, so no mail is sent.
  const mailer: Mailer = { send: async () => ({ outcome: 'sent' }), close: () => undefined }
  const log = pino({ level: 'warn' })
  const worker = await startWorker({
    config,
    database,
    patient: database,
    databaseUrl,
    mailer,
    expected: expectedOf(config),
    ownership,
    stripe,
    keys: testKeys,
    printedOn: { paper: config.paper, logo: null },
    clock,
    log,
    metrics: makeMetrics(() => Promise.reject(new Error('The rehearsal reads no metrics'))),
  })
  const deliveries = setInterval(() => {
    sandbox.deliverPending().catch((error: unknown) => log.warn({ err: error }, 'A webhook was not sent'))
  }, DELIVER_EVERY_MS)
  const staff = await putStaff(database.knex, { email: 'finance@courier.example', role: 'finance' })
  const { token } = await mintSignInLink(database.knex, staff.id, clock())
  say(`\nThe service is running: ${config.publicUrl}/finance/sign-in/${token}\n`)
  say(
    `  (valid for 15 minutes, once)\nThe article page: ${config.publicUrl}/demo\nThe offline Stripe: ${sandbox.url}\n`,
  )
  say('Ctrl-C ends it and deletes the database.\n')
  const ending = new AbortController()
  const { signal } = ending
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })])
  ending.abort()
  clearInterval(deliveries)
  await worker.stop()
}
