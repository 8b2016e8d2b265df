import type pg from 'pg'
import type { Logger } from 'pino'
import { nextTry } from '../../newsletter/tool-delivery.ts'
import {
  claimToolDelivery,
  oweMissing,
  recordToolDone,
  recordToolFailed,
} from '../../newsletter/tool-delivery-store.ts'
import { startLoop, type WorkerLoop } from '../../worker-loop.ts'
import type { MailingTool } from './mailing-tool.ts'

/** Longer than the calls about one address may take together: afterwards another worker makes them. */
const LEASE_MS = 90_000

type ToolDeps = {
  readonly pool: pg.Pool
  readonly tool: MailingTool
  readonly clock: () => Date
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Says to the mailing tool what it has to know of the next address. A worker that dies meanwhile leaves the address to
 * another one, which says the same again.
 * @returns one round of a loop, which resolves to whether there was something to say
 */
export function toolRound({ pool, tool, clock, log, signal }: ToolDeps): () => Promise<boolean> {
  let isComplete = false
  return async () => {
    // Those who subscribed before the tool was set are owed to it once.
    if (!isComplete) await oweMissing(pool, clock())
    isComplete = true
    const claimed = await claimToolDelivery(pool, LEASE_MS)
    if (!claimed) return false
    const answer = await tool[claimed.action](claimed, signal)
    if (answer.outcome === 'done') {
      await recordToolDone(pool, claimed)
      return true
    }
    const { failure, code } = answer
    // The service stops, which says nothing about the tool: the next start tries at once.
    const retryAt = signal.aborted && code === null ? clock() : nextTry(claimed.attempts, answer, clock())
    await recordToolFailed(pool, claimed, { failure, code, retryAt })
    const fields = { newsletterDelivery: String(claimed.id), attempts: claimed.attempts, failure, code }
    if (retryAt === null) log.error(fields, 'the mailing tool was not notified of an address')
    else log.warn({ ...fields, retryAt }, 'the mailing tool will be notified of an address later')
    return true
  }
}

export function startToolWorker(deps: Omit<ToolDeps, 'signal'>): WorkerLoop {
  const leaving = new AbortController()
  const loop = startLoop('newsletter tool', toolRound({ ...deps, signal: leaving.signal }), deps.log)
  return {
    wake: loop.wake,
    async stop() {
      leaving.abort()
      await loop.stop()
    },
  }
}
