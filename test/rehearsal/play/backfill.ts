import { pino } from 'pino'
import { processingDeps } from '../../../src/processing/apply-batch.ts'
import { backfill as backfillOnce } from '../../../src/sync/backfill-worker.ts'
import { expectedOf } from '../../../src/connections.ts'
import { pacedCalls } from '../../../src/stripe/paced-calls-gateway.ts'
import { stripeReaders } from '../../../src/stripe/stripe-readers.ts'
import { createApplier } from '../../../src/processing/processing-worker.ts'
import { testKeys } from '../../kit/keys.ts'
import type { RehearsalService } from './service.ts'

/**
 * Runs the backfill as the operator's command does.
 * @returns how many events no webhook had brought
 */
export async function backfill({
  stripe,
  database: { pool },
  config,
  clock,
  ownership,
}: RehearsalService): Promise<number> {
  const expected = expectedOf(config)
  const log = pino({ level: 'silent' })
  const processing = processingDeps(expected, ownership, config.newsroom.timezone, clock, testKeys)
  const done = await backfillOnce({
    pool,
    ...stripeReaders(stripe, pacedCalls({ callsPerSecond: 1_000_000 }), expected),
    expected,
    processing,
    log,
    applier: createApplier({ pool, processing, log, count: () => undefined }),
  })
  if (done.missing > 0) throw new Error(`${done.missing} of Stripe’s objects could not be recovered`)
  for (const { id, reason } of done.unreadSubscriptions) throw new Error(`${id} could not be read: ${reason}`)
  return done.recovered
}
