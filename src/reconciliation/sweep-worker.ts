import type { Logger } from 'pino'
import { runAlone } from '../db/sole-runner.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import { lookAtNewest, sweepTransactions, type SweepParts } from './balance-sweep-worker.ts'
import { sweepPayouts } from './payout-sweep-worker.ts'

// Nobody waits for what no webhook announced, a fee of Stripe's own say; still the same morning.
const SWEEP_EVERY_MS = 10 * 60 * 1000
// Webhooks come in bursts: one look serves them all.
const LEAST_PAUSE_MS = 2_000
const AFTER_FAILURE_MS = 30_000
// Any number will do, as long as nothing else in this database uses it.
const SWEEP_LOCK = 7_465_612_003

export type SweepWorkerParts = Omit<SweepParts, 'stopping'> & {
  readonly databaseUrl: string
  readonly log: Logger
}

/** Reads Stripe's books: whole sweeps from time to time, and the newest of them as soon as an event was applied. */
export function startSweepWorker({ databaseUrl, log, ...parts }: SweepWorkerParts): WorkerLoop {
  let stopped = false
  let asked = false
  let sweepAtMs = 0
  let lookAtMs = 0
  const own: SweepParts = { ...parts, stopping: () => stopped }
  const nowMs = (): number => parts.means.now().getTime()

  const sweep = async (): Promise<void> => {
    const fresh = await sweepTransactions(own)
    await sweepPayouts(own)
    if (fresh > 0) log.info({ fresh }, 'Stripe’s books were read')
  }
  const look = async (): Promise<void> => {
    await lookAtNewest(own)
    await sweepPayouts(own)
  }
  const loop = startLoop(
    'sweep',
    async () => {
      const whole = nowMs() >= sweepAtMs
      if (!whole && !(asked && nowMs() >= lookAtMs)) return false
      asked = false
      // Set before: a failure is tried again after a pause, not at once.
      if (whole) sweepAtMs = nowMs() + AFTER_FAILURE_MS
      lookAtMs = nowMs() + (whole ? AFTER_FAILURE_MS : LEAST_PAUSE_MS)
      const ran = await runAlone(databaseUrl, SWEEP_LOCK, whole ? sweep : look).catch((error: unknown) => {
        asked = true
        if (!stopped) throw error
        return true
      })
      // Whoever is at it may have read the newest page already.
      if (!ran) asked = true
      if (whole) sweepAtMs = nowMs() + SWEEP_EVERY_MS
      lookAtMs = nowMs() + LEAST_PAUSE_MS
      return false
    },
    log,
  )
  return {
    wake() {
      asked = true
      loop.wake()
    },
    stop() {
      stopped = true
      return loop.stop()
    },
  }
}
