import { z } from 'zod'
import { processingDeps } from '../processing/apply-batch.ts'
import { Refusal } from '../http/refusal.ts'
import { recordProfile } from '../newsroom/profile-store.ts'
import { backfillAlone, type Backfilled } from '../sync/backfill-worker.ts'
import { pacedCalls } from '../stripe/paced-calls-gateway.ts'
import { stripeReaders } from '../stripe/stripe-readers.ts'
import { createApplier } from '../processing/processing-worker.ts'
import { replayable, replayEvents } from '../inbox/inbox-store.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction } from '../db/database.ts'
import { by, operatorOf } from './operator.ts'
import type { AdminDeps, Command } from './command.ts'

const replayOptions = z
  .object({
    event: z.string().startsWith('evt_', '--event must be an id such as evt_1Abc').optional(),
    outcome: z.enum(replayable, { error: `--outcome must be one of ${replayable.join(', ')}` }).optional(),
    by: by.optional(),
  })
  .refine(({ event, outcome }) => (event === undefined) !== (outcome === undefined), {
    error: 'give either --event or --outcome',
  })

/** A worker's sync takes seconds, except for the very first one. */
const WAIT_FOR_WORKER_MS = 60_000

async function runBackfill(deps: AdminDeps): Promise<Backfilled> {
  const { database, databaseUrl, newsroom, expected, ownership, clock, log } = deps
  const { pool } = database
  const stripe = await deps.stripe()
  await recordProfile(pool, newsroom, clock())
  const processing = processingDeps(expected, ownership, newsroom.timezone, clock, deps.keys)
  const done = await backfillAlone(
    {
      pool,
      ...stripeReaders(stripe, pacedCalls(), expected),
      expected,
      processing,
      log,
      applier: createApplier({ pool, processing, log, count: () => undefined }),
    },
    databaseUrl,
    WAIT_FOR_WORKER_MS,
  )
  if (!done)
    throw new Refusal(
      'conflict',
      'A worker is reading Stripe at the moment and recovers missing events, too. Try again later.',
    )
  return done
}

/** @param timezone the newsroom's, in which its people read a clock */
export function backfillNote(
  { recovered, missing, completeUpTo }: Pick<Backfilled, 'recovered' | 'missing' | 'completeUpTo'>,
  timezone: string,
): string {
  const upTo =
    completeUpTo === null
      ? 'Not complete yet'
      : `Complete up to ${localMinute(completeUpTo, timezone)} (${timezone})`
  const events = recovered === 1 ? '1 event was recovered.' : `${recovered} events were recovered.`
  return `${upTo}, ${missing} missing; ${events}`
}

/** A row of Stripe's lists that cannot be read, as a line of output: the list, Stripe's id and which fields are wrong. */
export function unreadableLine({ list, id, reason }: Backfilled['unreadable'][number]): string {
  return `cannot be read: ${list} ${id}: ${reason}`
}

function localMinute(instant: Date, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
    instant,
  )
}

/** Commands about Stripe's events. */
export const inboxCommands: Readonly<Record<string, Command>> = {
  backfill: {
    usage: '[--by you@news.example]',
    summary:
      'recovers events that webhooks lost, processes them, reads Stripe’s balance to its end and names the rows that cannot be read; exits 1 when it did not get to the end',
    options: ['by'],
    async run(deps, given) {
      const asked = z.object({ by: by.optional() }).parse(given)
      const actor = await operatorOf(deps, asked.by, 'finance')
      const done = await runBackfill(deps)
      const { recovered, missing } = done
      await recordAct(deps.database.pool, {
        actor,
        act: 'events_backfilled',
        subject: 'stripe/events',
        after: { recovered, missing },
        at: deps.clock(),
      })
      const note = backfillNote(done, deps.newsroom.timezone)
      const unread = done.unreadSubscriptions.map(
        ({ id, reason }) => `cannot be read now: subscription ${id}: ${reason}`,
      )
      const out = [...done.unreadable.map(unreadableLine), ...unread].join('\n')
      return { note, ...(out === '' ? {} : { out }), ...(done.completeUpTo === null ? { code: 1 } : {}) }
    },
  },
  replay: {
    usage: `--event evt_… | --outcome ${replayable.join('|')} [--by you@news.example]`,
    summary: 'processes stored events of Stripe once more; what was applied already changes nothing',
    options: ['event', 'outcome', 'by'],
    async run(deps, given) {
      const { by: email, ...options } = replayOptions.parse(given)
      const { event = null, outcome = null } = options
      const actor = await operatorOf(deps, email, 'finance')
      const events = await inTransaction(deps.database.pool, async (tx) => {
        const replayed = await replayEvents(tx, options)
        const subject = `stripe/${event ?? 'events'}` as const
        if (replayed > 0)
          await recordAct(tx, {
            actor,
            act: 'events_replayed',
            subject,
            after: { outcome, events: replayed },
            at: deps.clock(),
          })
        return replayed
      })
      // A mistyped id must not look like a success.
      if (options.event !== undefined && events === 0)
        throw new Refusal('not_found', `There is no event ${options.event} here. Nothing was done.`)
      return {
        note: events === 1 ? '1 event will be processed again.' : `${events} events will be processed again.`,
      }
    },
  },
}
