import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client'
import { isDatabaseAway } from '../db/errors.ts'
import type { PoolLoad } from '../db/database.ts'
import type { RequestRecord } from './request-log.ts'

/** How much is waiting in each queue, read from the database at every request of /metrics. */
export type QueueDepths = {
  readonly inbox: { readonly depth: number; readonly oldestSeconds: number }
  readonly inboxNeedsAttention: Readonly<Record<string, number>>
  /** Events of the last day that came in another API version. */
  readonly readAsObjects: number
  readonly protection: { readonly step: number; readonly giving: boolean }
  readonly outbox: { readonly waiting: number; readonly oldestSeconds: number; readonly gaveUp: number }
  readonly sync: {
    /** Age of the time up to which everything at Stripe has been read; infinite before the first whole sync. */
    readonly completeUpToSeconds: number
    readonly recovered: number
    /** Rows of Stripe's lists that cannot be read. */
    readonly unreadable: number
  }
  /** Of each currency, what neither side of the books explains for more than ten days, in minor units. */
  readonly unreconciled: readonly {
    readonly currency: string
    readonly items: number
    readonly minor: bigint
  }[]
}

/** Why a checkout may be refused for good. */
const REFUSED: ReadonlySet<string> = new Set([
  'address',
  'network',
  'all',
  'pace',
  'giving_off',
  'unverifiable',
])

export type Metrics = {
  observeRequest(record: RequestRecord): void
  /** How a webhook request ended: stored, refused or not_stored. */
  countIntake(intake: string): void
  /** What is wrong around this process: see `OperatorWarning`. */
  countWarning(kind: string): void
  /** Why a checkout was refused, or what became of its challenge: see `ProtectionOutcome`. */
  countProtection(outcome: string): void
  /** What became of a stored event: applied, waiting, ignored, quarantined or failed. */
  countApplied(outcome: string): void
  /** Prometheus text; without the depths of the queues while the database is away. @throws what else `depths` throws */
  render(): Promise<string>
  /** The same as values, to be put together with those of other sites. */
  samples(): Promise<MetricObjectWithValues<MetricValue<string>>[]>
  readonly contentType: string
}

/**
 * @param loads how much of each pool of connections to the database is in use
 * @param options `ofProcess`: whether the figures of Node itself are among them, as they are for a single site
 */
export function makeMetrics(
  depths: () => Promise<QueueDepths>,
  loads: () => readonly PoolLoad[] = () => [],
  options: { readonly ofProcess: boolean } = { ofProcess: true },
): Metrics {
  const registers = [new Registry()] as const
  const [registry] = registers
  if (options.ofProcess) collectDefaultMetrics({ register: registry })
  // What only the database knows is left out while it says nothing: a stale figure or a zero would be taken for the truth.
  const ofDatabase = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, registers: [ofDatabase], labelNames })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, registers: [...registers], labelNames })

  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route pattern; the count is the number of requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [...registers],
  })
  const intake = counter('webhook_requests_total', 'Webhook requests by outcome.', ['outcome'])
  const warnings = counter('operator_warnings_total', 'What is wrong around this process, by kind.', ['kind'])
  const applied = counter('webhook_events_total', 'Stored events by their outcome.', ['outcome'])
  const refusedCheckouts = counter(
    'checkouts_refused_total',
    'Checkouts refused because there were too many: from one address, one network or everywhere, or at that moment.',
    ['reason'],
  )
  const challenges = counter(
    'checkout_challenges_total',
    'Challenges that were asked for, and what became of them.',
    ['outcome'],
  )
  const connections = new Gauge({
    name: 'database_connections',
    help: 'Connections of this process to the database, by what they are for: in use, idle; and work that waits for one.',
    labelNames: ['purpose', 'state'],
    registers: [...registers],
  })
  const starved = counter(
    'database_connections_starved_total',
    'Work that waited in vain for a connection to the database, because all were in use.',
    ['purpose'],
  )
  const protectionStep = gauge('protection_step', 'How tight attack mode is: 0 is off, 3 the tightest.')
  const givingIsOn = gauge(
    'giving_is_on',
    'Whether new checkouts are taken: 1, or 0 while giving is switched off.',
  )
  const inboxDepth = gauge('inbox_depth', 'Events stored and not processed yet.')
  const inboxOldest = gauge('inbox_oldest_age_seconds', 'Age of the oldest event not processed yet.')
  const needsAttention = gauge('inbox_needs_attention', 'Events that wait, are quarantined or failed.', [
    'outcome',
  ])
  const readAsObjects = gauge(
    'inbox_read_as_objects',
    'Events of the last day that came in another API version and were read as objects.',
  )
  const outboxDepth = gauge('outbox_depth', 'Mails not sent yet.')
  const outboxOldest = gauge('outbox_oldest_age_seconds', 'Age of the oldest mail not sent yet.')
  const outboxGaveUp = gauge('outbox_given_up', 'Mails that could not be delivered.')

  const syncCompleteUpTo = gauge(
    'sync_complete_up_to_seconds',
    'Age of the time up to which everything at Stripe has been read.',
  )
  const recovered = gauge(
    'sync_recovered_events',
    'Events that the last complete syncs found missing and put into the inbox.',
  )
  const unreadable = gauge(
    'sync_unreadable_rows',
    'Rows of Stripe’s lists that cannot be read and are kept apart.',
  )

  const unreconciledItems = gauge(
    'books_unreconciled_items',
    'Payments, refunds and disputes on which events and Stripe’s balance have disagreed for more than ten days.',
    ['currency'],
  )
  const unreconciledMinor = gauge(
    'books_unreconciled_minor',
    'What these amount to without their signs, in minor units of the currency.',
    ['currency'],
  )

  const readLoads = (): void => {
    starved.reset()
    for (const load of loads()) {
      const { purpose } = load
      connections.set({ purpose, state: 'in_use' }, load.inUse)
      connections.set({ purpose, state: 'idle' }, load.idle)
      connections.set({ purpose, state: 'waiting' }, load.waiting)
      starved.inc({ purpose }, load.starved)
    }
  }
  /** The registries that have something to say. */
  const read = async (): Promise<Registry[]> => {
    readLoads()
    try {
      await readDepths()
      return [registry, ofDatabase]
    } catch (error) {
      if (isDatabaseAway(error)) return [registry]
      throw error
    }
  }
  const readDepths = async (): Promise<void> => {
    const now = await depths()
    inboxDepth.set(now.inbox.depth)
    inboxOldest.set(now.inbox.oldestSeconds)
    for (const outcome of ['waiting', 'quarantined', 'failed'])
      needsAttention.set({ outcome }, now.inboxNeedsAttention[outcome] ?? 0)
    readAsObjects.set(now.readAsObjects)
    protectionStep.set(now.protection.step)
    givingIsOn.set(now.protection.giving ? 1 : 0)
    outboxDepth.set(now.outbox.waiting)
    outboxOldest.set(now.outbox.oldestSeconds)
    outboxGaveUp.set(now.outbox.gaveUp)
    syncCompleteUpTo.set(now.sync.completeUpToSeconds)
    recovered.set(now.sync.recovered)
    unreadable.set(now.sync.unreadable)
    // A currency in which everything is explained has no sample any more.
    unreconciledItems.reset()
    unreconciledMinor.reset()
    for (const { currency, items, minor } of now.unreconciled) {
      unreconciledItems.set({ currency }, items)
      unreconciledMinor.set({ currency }, Number(minor))
    }
  }

  return {
    contentType: registry.contentType,
    observeRequest({ method, route, status, durationMs }) {
      requests.observe({ method, route, status: String(status) }, durationMs / 1000)
    },
    countIntake: (outcome) => intake.inc({ outcome }),
    countProtection(outcome) {
      if (REFUSED.has(outcome)) refusedCheckouts.inc({ reason: outcome })
      else challenges.inc({ outcome })
    },
    countWarning: (kind) => warnings.inc({ kind }),
    countApplied: (outcome) => applied.inc({ outcome }),
    async render() {
      return Registry.merge(await read()).metrics()
    },
    async samples() {
      return Registry.merge(await read()).getMetricsAsJSON()
    },
  }
}

/** The metrics of all sites in one text: each sample bears its site, and the figures of Node stand there once. */
export function metricsOfSites(
  sites: readonly { readonly name: string | null; readonly metrics: Pick<Metrics, 'samples'> }[],
): Pick<Metrics, 'render' | 'contentType'> {
  const ofProcess = new Registry()
  collectDefaultMetrics({ register: ofProcess })
  return {
    contentType: ofProcess.contentType,
    async render() {
      const ofSites = await Promise.all(
        sites.map(async ({ name, metrics }) =>
          (await metrics.samples()).map((metric) => ({
            ...metric,
            values: metric.values.map((value) => ({
              ...value,
              labels: { ...value.labels, site: name ?? '' },
            })),
          })),
        ),
      )
      const together = AggregatorRegistry.aggregate([await ofProcess.getMetricsAsJSON(), ...ofSites])
      return together.metrics()
    },
  }
}
