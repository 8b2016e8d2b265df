import { randomBytes } from 'node:crypto'
import { Stripe } from 'stripe'
import { controlsOf } from './console/controls.ts'
import type { Controls } from './console/controls.ts'
import { createDeliveryWorker } from './delivery/delivery-worker.ts'
import { createDueWorker, unfinished } from './due-worker.ts'
import { presentEvent } from './delivery/events.ts'
import { withFaults } from './delivery/faults.ts'
import type { Faults } from './delivery/faults.ts'
import { idMaker, seededBytes } from './ids.ts'
import { openJournal } from './journal-store.ts'
import { payingDesk } from './checkout/paying-desk.ts'
import { listen } from './sandbox-server.ts'
import { createSandboxStore } from './sandbox-store.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Settings } from './settings.ts'
import type { Stage } from './stage.ts'
import { seconds } from './state.ts'
import type { Change, Donor, Scene, State } from './state.ts'
import { createWebhookGateway } from './delivery/webhook-gateway.ts'

export type SandboxOptions = Partial<Settings> & {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly webhookSecret: string
  /** May be set later: events wait. */
  readonly webhookUrl: string | null
  /** Append-only JSON lines, read again at the next start; null keeps everything in memory only. */
  readonly journalFile: string | null
  readonly clock: () => Date
  /**
   * The clock of the service that is called, which signatures and `expires_at` are judged by; `clock` unless given.
   * `advanceTo` moves this Stripe's time ahead of `clock` and, unless the caller follows, of this one.
   */
  readonly callerClock?: () => Date
  /** `manual`: nothing is sent until `deliverPending()`. */
  readonly delivery?: { readonly mode: 'automatic' } | { readonly mode: 'manual' }
  /** Pauses after a webhook that was not answered 2xx; the last one repeats, for up to 3 days. */
  readonly retryDelaysMs?: readonly number[]
  /** The same calls in the same order get the same ids. */
  readonly seed?: number
  readonly faults?: Faults
  readonly log?: (line: string) => void
}

export type Sandbox = Controls & {
  /** `http://127.0.0.1:PORT`: the SDK's API base and the origin of the hosted pages. */
  readonly url: string
  setWebhookUrl(url: string): void
  /** This Stripe's time. */
  now(): Date
  /** Everything due until then happens, in the order of its time. @throws RangeError for a time that is past. */
  advanceTo(date: Date): Promise<void>
  /** Every event so far, oldest first. */
  events(): readonly Stripe.Event[]
  /** Everything it knows, by table and id: for tests that compare, never to be changed. */
  state(): State
  /** The charge that paid a session, of its subscription's first invoice too; null when there is none. */
  chargeOf(sessionId: string): string | null
  pendingDeliveries(): number
  /** Tries each undelivered event once, oldest first, so many at a time (1). */
  deliverPending(how?: { concurrency?: number }): Promise<void>
  /** What the hosted page does. @throws CannotPay when the session cannot be paid so. */
  pay(
    sessionId: string,
    how: 'card' | 'declined' | 'bank_debit' | 'cancel',
    donor?: { name?: string; email?: string },
  ): Promise<void>
  settleBankDebit(sessionId: string, outcome: 'succeeded' | 'failed'): Promise<void>
  expireSession(sessionId: string): Promise<void>
  /** Graceful; leaves no timer and no socket. A second call waits for the first. */
  close(): Promise<void>
}

const RETRY_DELAYS_MS = [1000, 2000, 5000, 15_000, 60_000]
const SOMEONE: Donor = { name: 'Jenny Rosen', email: 'jenny.rosen@example.com' }

/** An offline stand-in for Stripe on its own port, for development, demo and tests. Never for production. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const journal = openJournal(options.journalFile)
  const store = createSandboxStore(journal)
  const { state } = store
  const gateway = createWebhookGateway()
  const { seed, faults } = options
  const newId = idMaker(
    seed === undefined ? (size) => randomBytes(size) : seededBytes(seed, journal.recorded.length),
  )
  const settings: Settings = { ...DEFAULT_SETTINGS, ...options }
  let webhookUrl = options.webhookUrl
  let origin = ''

  const nowMs = (): number => options.clock().getTime() + (state.clock.get('clock')?.aheadMs ?? 0)
  const callerMs = (): number => (options.callerClock ?? options.clock)().getTime()
  const sceneAt = (atMs: number, request: Scene['request'] = { id: null, idempotency_key: null }): Scene => ({
    state,
    nowMs: atMs,
    aheadMs: nowMs() - callerMs(),
    settings,
    newId,
    apiVersion: Stripe.API_VERSION,
    origin,
    request,
  })
  const commit = (given: readonly Change[]): void => {
    const changes = faults === undefined ? given : withFaults(given, faults, state.event.size, nowMs(), newId)
    store.commit(changes)
    due.expect(changes)
    for (const change of changes) if (change.table === 'event') deliveries.wake(change.id)
  }
  const due = createDueWorker({
    state,
    nowMs,
    sceneAt,
    commit,
    release: (eventId) => deliveries.wake(eventId),
  })
  const stage: Stage = {
    state,
    apiVersion: Stripe.API_VERSION,
    newId,
    nowMs,
    scene(request) {
      due.catchUp()
      return sceneAt(nowMs(), request)
    },
    commit,
    advanceTo(atMs) {
      due.catchUp()
      const aheadMs = atMs - options.clock().getTime()
      if (atMs < nowMs()) throw new RangeError('The clock goes forward only.')
      commit([{ table: 'clock', id: 'clock', value: { aheadMs } }])
      due.catchUp()
    },
    forgetAnswers: (beforeMs) => store.forgetAnswers(beforeMs),
    log: options.log ?? (() => {}),
  }
  const deliveries = createDeliveryWorker({
    stage,
    post: gateway.post,
    sign: (payload) => {
      const { webhookSecret: secret } = options
      return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: seconds(callerMs()) })
    },
    webhookUrl: () => webhookUrl,
    automatic: options.delivery?.mode !== 'manual',
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  })
  const desk = payingDesk(stage)
  const controls = controlsOf(stage)
  const { host, port } = options
  const server = await listen({ stage, desk, controls, deliveries, host, port }).catch((error: unknown) => {
    store.close()
    throw error
  })
  origin = server.origin

  const wakeAll = (): void => {
    for (const { eventId, status } of state.delivery.values())
      if (status === 'pending') deliveries.wake(eventId)
  }
  wakeAll()
  due.expect(unfinished(state))

  let closing: Promise<void> | null = null
  const closeAll = async (): Promise<void> => {
    due.close()
    await deliveries.close()
    gateway.close()
    await server.close()
    store.close()
  }
  return {
    ...controls,
    url: server.origin,
    setWebhookUrl(url) {
      webhookUrl = url
      wakeAll()
    },
    now: () => new Date(nowMs()),
    advanceTo: async (date) => stage.advanceTo(date.getTime()),
    events: () => [...stage.scene().state.event.values()].map((event) => presentEvent(event, state)),
    state: () => stage.scene().state,
    chargeOf(sessionId) {
      const session = stage.scene().state.session.get(sessionId)
      const intent = session?.object.payment_intent ?? session?.triedIntent
      const charge = typeof intent === 'string' ? state.payment_intent.get(intent)?.latest_charge : null
      return typeof charge === 'string' ? charge : null
    },
    pendingDeliveries: () =>
      [...stage.scene().state.delivery.values()].filter(({ status }) => status === 'pending').length,
    deliverPending({ concurrency = 1 } = {}) {
      due.catchUp()
      return deliveries.deliverPending(concurrency)
    },
    async pay(sessionId, how, donor = {}) {
      if (how === 'cancel') return desk.walkAway(sessionId)
      const prefilled = state.session.get(sessionId)?.object.customer_email
      const email = donor.email ?? prefilled ?? SOMEONE.email
      desk.pay(sessionId, how, { name: donor.name ?? SOMEONE.name, email })
    },
    settleBankDebit: async (sessionId, outcome) => desk.settle(sessionId, outcome),
    expireSession: async (sessionId) => desk.expire(sessionId),
    close: () => (closing ??= closeAll()),
  }
}
