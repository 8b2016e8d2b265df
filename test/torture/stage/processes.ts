import { randomBytes } from 'node:crypto'
import { diceOf } from '../../rehearsal/script/dice.ts'
import { freePort } from '../../kit/free-port.ts'
import { runProgram, type Program } from '../../kit/process.ts'
import { WEBHOOK_SECRET } from '../../kit/sandbox.ts'
import { withDatabase } from '../../kit/test-server.ts'
import { faultyMail, type FaultyMail, type ReceivedMail } from './mail.ts'
import { pause } from '../play/deliveries.ts'
import type { TorturedPostgres } from './postgres.ts'
import { openRoad, type Road } from './road.ts'
import { faultyStripe, type FaultyStripe } from './stripe.ts'

/** A web or worker process with its own ways to the database, to Stripe and to the mail server. */
export type Process = {
  readonly name: string
  readonly half: 'web' | 'worker'
  /** Where a web process answers. */
  readonly url: string
  readonly road: Road
  readonly stripe: FaultyStripe
  readonly mail: FaultyMail
  /** SIGKILL; the process is started again at once. */
  kill(): void
  kills(): number
  /** Ends it and leaves it ended. */
  end(): Promise<void>
  start(): void
  /** Errors that are logged as unexpected, to look at afterwards. */
  printed(): string
}

const RESTART_AFTER_MS = 300
const A_DAY_MS = 24 * 60 * 60 * 1000

/** Two web and two worker processes, started by hand as an operator starts them, and started again when they die. */
export async function startProcesses(
  postgres: TorturedPostgres,
  sandboxUrl: string,
  received: ReceivedMail[],
  seed: number,
): Promise<readonly Process[]> {
  const secrets = { SESSION_SECRET: randomBytes(24).toString('base64url') }
  const names = ['web 1', 'web 2', 'worker 1', 'worker 2'] as const
  return Promise.all(
    names.map(async (name): Promise<Process> => {
      const half = name.startsWith('web') ? 'web' : 'worker'
      const port = await freePort()
      const road = await openRoad(postgres.port)
      const stripe = await faultyStripe(sandboxUrl, diceOf(seed, 'stripe', name))
      const mail = await faultyMail(received, diceOf(seed, 'mail', name))
      const databaseUrl = new URL(withDatabase(postgres.url(), 'torture'))
      databaseUrl.port = String(road.port)
      const variables = {
        ...secrets,
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: databaseUrl.href,
        STRIPE_SECRET_KEY: 'sk_test_offline',
        STRIPE_API_BASE: stripe.url,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        SMTP_URL: mail.url,
        ALLOWED_ORIGINS: 'https://courier.example',
        TRUSTED_PROXIES: '127.0.0.1',
        CHECKOUT_LIMIT_PER_ADDRESS: '999999999',
        CHECKOUT_LIMIT_IN_ALL: '999999999',
        CHECKOUTS_PER_SECOND: '1000',
        LOG_LEVEL: 'error',
      }
      let program: Program | null = null
      let output = ''
      let kills = 0
      let isWanted = true
      const start = (): void => {
        isWanted = true
        const started = runProgram([half], variables)
        program = started
        const startAgain = async (): Promise<void> => {
          await started.ended(A_DAY_MS)
          output += started.printed()
          await pause(RESTART_AFTER_MS)
          if (isWanted) start()
        }
        void startAgain()
      }
      start()
      return {
        name,
        half,
        url: variables.PUBLIC_URL,
        road,
        stripe,
        mail,
        kill() {
          kills += 1
          program?.signal('SIGKILL')
        },
        kills: () => kills,
        async end() {
          isWanted = false
          program?.signal('SIGTERM')
          await program?.ended(30_000)
        },
        start,
        printed: () => output + (program?.printed() ?? ''),
      }
    }),
  )
}
