import path from 'node:path'
import { Client } from 'pg'
import { pino } from 'pino'
import { createApiToken } from '../../src/access/tokens/api-token-store.ts'
import { openDatabase } from '../../src/db/database.ts'
import { freePort } from '../kit/free-port.ts'
import { readyAfterMs, runService, stopChild } from './child.ts'
import { nothingPending, overHttp, type Contender, type Place } from './intake-contenders.ts'
import { cloneTemplate } from './intake-database.ts'
import { checkoutCompleted, SECRET } from './intake-events.ts'

/** Several processes of the service on one database. */
export type Processes = Contender & {
  readonly pids: readonly number[]
  /** The address of one of its web processes. */
  readonly url: string
  /** The headers of a program with the role auditor. */
  headers(): Promise<Record<string, string>>
}

/** So many web processes and so many workers, as on as many machines; the load is spread over the web processes. */
export async function webAndWorkers(
  place: Place,
  {
    name,
    database,
    count,
    replicaUrl = null,
  }: {
    readonly name: string
    readonly database: string
    readonly count: number
    readonly replicaUrl?: string | null
  },
): Promise<Processes> {
  const { server } = place
  await cloneTemplate(place, database)
  const children: ReturnType<typeof runService>[] = []
  const stopAll = async () => {
    for (const child of children) await stopChild(child)
  }
  const start = async (command: 'web' | 'worker', at: number) => {
    const port = await freePort()
    const child = runService(
      {
        PORT: String(port),
        DATA_DIR: path.join(server.folder, `${database}-${command}-${at}`),
        DATABASE_URL: server.urlOf(database),
        STRIPE_SECRET_KEY: 'sk_test_bench',
        STRIPE_WEBHOOK_SECRET: SECRET,
        SESSION_SECRET: 'a secret that all processes of the bench share',
        ...(replicaUrl === null ? {} : { DATABASE_REPLICA_URL: replicaUrl }),
      },
      { command: [command] },
    )
    children.push(child)
    // A worker answers nothing: what it has to do in the turns that warm up is waited for.
    if (command === 'web') await readyAfterMs(`http://127.0.0.1:${port}`, child, performance.now())
    return { port }
  }
  const ports: number[] = []
  try {
    for (let at = 0; at < count; at += 1) {
      ports.push((await start('web', at)).port)
      await start('worker', at)
    }
  } catch (error) {
    await stopAll()
    throw error
  }
  const watch = new Client({ connectionString: server.urlOf(database) })
  await watch.connect()
  const [first = 0] = ports
  const parts = { name, database, ports, pid: 0, event: checkoutCompleted }
  const contender = overHttp(
    {
      ...parts,
      drained: () => nothingPending(watch),
      async stop() {
        await watch.end()
        await stopAll()
      },
    },
    place,
  )
  return {
    ...contender,
    pids: children.flatMap(({ pid }) => pid ?? []),
    url: `http://127.0.0.1:${first}`,
    async headers() {
      const log = pino({ level: 'silent' })
      const own = openDatabase({ url: server.urlOf(database), log, applicationName: 'bench' })
      const token = await createApiToken(own.knex, { name: 'bench', role: 'auditor' })
      await own.close()
      return { Authorization: `Bearer ${token}` }
    },
  }
}
