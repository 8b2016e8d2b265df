import type { RequestListener } from 'node:http'
import type { Config } from './config/config.ts'
import { withSharedDatabase } from './database-connections.ts'
import type { Database } from './db/database.ts'
import { listenOn, makeServer, stopServer } from './http/server.ts'
import { answerByHost } from './http/site-hosts.ts'
import { startSite, type Site, type StartOptions } from './site.ts'
import { pagesOfTheProcess } from './sites-health.ts'

export type Service = {
  /** Where readers reach it. */
  readonly url: string
  /** The offline Stripe's address; null when the service talks to the real Stripe. */
  readonly sandboxUrl: string | null
  readonly database: Database
  /** Takes no new work, finishes the work in hand and leaves nothing running. */
  stop(): Promise<void>
}

/** Several sites in one process. */
export type Sites = {
  readonly sites: readonly Pick<Site, 'name' | 'url' | 'sandboxUrl' | 'database'>[]
  stop(): Promise<void>
}

/** Starts the only site of a service: its web half, its worker half or both. */
export async function startService(config: Config, options: StartOptions): Promise<Service> {
  const site = await startSite(config, options)
  const { url, sandboxUrl, database } = site
  const close = await serve(config, site.answer, [site])
  return { url, sandboxUrl, database, stop: close }
}

/**
 * Starts every site of a service, one after the other: each with a database schema, a Stripe account and workers of its
 * own. The requests of all sites come to one port and are distinguished by their host.
 */
export async function startSites(
  configs: readonly [Config, ...Config[]],
  options: StartOptions,
): Promise<Sites> {
  const shared = await withSharedDatabase(configs)
  const sites: Site[] = []
  const stopAll = async () => {
    await Promise.all(sites.map((site) => site.stop()))
    await shared.stop()
  }
  try {
    for (const config of shared.configs) {
      const log = options.log.child({ site: config.site?.name })
      sites.push(await startSite(config, { ...options, log }))
    }
    const others = await pagesOfTheProcess(sites, options.log)
    const answer = options.half === 'worker' ? null : answerByHost(sites, others)
    const close = await serve(configs[0], answer, sites)
    return {
      sites,
      async stop() {
        await close()
        await shared.stop()
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** @returns stops taking requests, finishes those in hand, and stops the sites */
async function serve(
  { port, host }: Pick<Config, 'port' | 'host'>,
  answer: RequestListener | null,
  sites: readonly Site[],
): Promise<() => Promise<void>> {
  const stopSites = async (): Promise<void> => void (await Promise.all(sites.map((site) => site.stop())))
  if (!answer) return stopSites
  const server = makeServer(answer)
  await listenOn(server, { port, host }).catch(async (error: unknown) => {
    await stopSites()
    throw error
  })
  return async () => {
    for (const site of sites) site.leave()
    await stopServer(server)
    await stopSites()
  }
}
