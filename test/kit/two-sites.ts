import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { createApiToken } from '../../src/access/tokens/api-token-store.ts'
import type { Keyring } from '../../src/config/keyring.ts'
import { readSites } from '../../src/config/sites.ts'
import { keyringOf } from '../../src/connections.ts'
import type { Database } from '../../src/db/database.ts'
import type { CapturedMails } from '../../src/mail/captured-mail.ts'
import { openCapturedMailer } from '../../src/mail/captured-mailer.ts'
import { startSites, type Sites } from '../../src/service.ts'
import { testDatabase } from './database.ts'
import { freePort } from './free-port.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}
export type Ask = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type OneSite = {
  readonly name: string
  readonly host: string
  readonly url: string
  readonly sandboxUrl: string
  readonly webhookSecret: string
  readonly keys: Keyring
  readonly database: Database
  readonly mails: CapturedMails
  ask(path: string, ask?: Ask): Promise<Answer>
  /** Headers of a program with the role finance. */
  token(): Promise<{ Authorization: string }>
}

/** Asks the service by a host's name, as a browser behind the name's DNS does. */
export function askAt(
  port: number,
  host: string,
  at: string,
  { method = 'GET', headers = {}, body }: Ask = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path: at, method, headers: { host, ...headers } },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
          }),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

/** Two newsrooms on one service, one database and one port: herald.localhost and gazette.localhost. */
export async function startTwoSites(variables: Readonly<Record<string, string>> = {}) {
  const db = await testDatabase()
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reader-donations-sites-'))
  const [port, heraldPort, gazettePort] = [await freePort(), await freePort(), await freePort()]
  const configs = readSites({
    NODE_ENV: 'test',
    SITES: 'herald,gazette',
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: db.url,
    SESSION_SECRET: 'a secret that both sites of this test share',
    HERALD_PUBLIC_URL: `http://herald.localhost:${port}`,
    HERALD_STRIPE_SANDBOX_PORT: String(heraldPort),
    HERALD_STRIPE_WEBHOOK_SECRET: 'whsec_of_the_herald_alone',
    HERALD_NEWSROOM_NAME: 'The Harbour Herald',
    HERALD_ALLOWED_ORIGINS: 'https://herald.example',
    HERALD_CURRENCIES: 'usd',
    GAZETTE_PUBLIC_URL: `http://gazette.localhost:${port}`,
    GAZETTE_STRIPE_SANDBOX_PORT: String(gazettePort),
    GAZETTE_STRIPE_WEBHOOK_SECRET: 'whsec_of_the_gazette_alone',
    GAZETTE_NEWSROOM_NAME: 'Die Wald-Gazette',
    GAZETTE_ALLOWED_ORIGINS: 'https://gazette.example',
    GAZETTE_LANGUAGES: 'de,en',
    GAZETTE_NEWSROOM_LANGUAGE: 'de',
    GAZETTE_CURRENCIES: 'eur',
    ...variables,
  })
  const log = pino({ level: 'silent' })
  const clock = () => new Date()
  const service: Sites = await startSites(configs, { half: 'both', log, clock })
  const site = async (at: 0 | 1): Promise<OneSite> => {
    const started = service.sites[at]
    const config = configs[at]
    if (!started || !config) throw new Error('The site did not start')
    const host = new URL(started.url).host
    return {
      name: config.newsroom.name,
      host,
      url: started.url,
      sandboxUrl: started.sandboxUrl ?? '',
      webhookSecret: config.webhookSecrets[0] ?? '',
      keys: await keyringOf(config),
      database: started.database,
      mails: openCapturedMailer(path.join(config.dataDir, 'mail')),
      ask: (address, ask) => askAt(port, host, address, ask),
      async token() {
        const token = await createApiToken(started.database.knex, { name: 'test', role: 'finance' })
        return { Authorization: `Bearer ${token}` }
      },
    }
  }
  return {
    port,
    db,
    herald: await site(0),
    gazette: await site(1),
    stop: () => service.stop(),
    async clean() {
      await db.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
