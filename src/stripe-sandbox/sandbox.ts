import { randomBytes } from 'node:crypto'
import { Stripe } from 'stripe'
import { intentIdOf } from './checkout/checkout-session.ts'
import { createCheckoutSimulator } from './checkout/checkout-simulator.ts'
import type { CheckoutSimulator } from './checkout/checkout-simulator.ts'
import { createConsole } from './console/console.ts'
import type { SandboxConsole } from './console/console.ts'
import { createDeliveryWorker } from './delivery/delivery-worker.ts'
import type { DeliveryWorker } from './delivery/delivery-worker.ts'
import { presentEvent } from './delivery/event.ts'
import { withFaults } from './delivery/faults.ts'
import type { Faults } from './delivery/faults.ts'
import { createWebhookGateway } from './delivery/webhook-gateway.ts'
import { createIdGenerator, seededBytes } from './ids.ts'
import type { Runtime } from './runtime.ts'
import { dueChanges } from './scheduler/due-queue.ts'
import { createScheduler } from './scheduler/scheduler.ts'
import { startServer } from './server.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Settings } from './settings.ts'
import type { Context, RequestInfo } from './state/context.ts'
import { openStateStore } from './state/state-store.ts'
import type { StateStore } from './state/state-store.ts'
import type { Change, Donor, State } from './state/state.ts'
import { beginTransaction } from './state/transaction.ts'
import { seconds } from './time.ts'

export type SandboxOptions = Partial<Settings> & {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly webhookSecret: string
  /** May be set later; events wait until then. */
  readonly webhookUrl: string | null
  /** Append-only JSON lines, read again at the next start; null keeps everything in memory only. */
  readonly journalFile: string | null
  readonly clock: () => Date
  /**
   * The clock of the service that calls, by which it judges signatures and `expires_at`; `clock` unless given.
   * `advanceTo` moves this Stripe's time ahead of `clock`, and also of this one unless the caller follows.
   */
  readonly callerClock?: () => Date
  /** `manual`: webhooks are sent by `deliverPending()` only. */
  readonly delivery?: { readonly mode: 'automatic' } | { readonly mode: 'manual' }
  /** Pauses after a webhook that was not answered with 2xx; the last one repeats, for up to 3 days. */
  readonly retryDelaysMs?: readonly number[]
  /** The same calls in the same order get the same ids. */
  readonly seed?: number
  readonly faults?: Faults
  readonly log?: (line: string) => void
}

export type Sandbox = SandboxConsole & {
  /** `http://127.0.0.1:PORT`: the SDK's API base and the origin of the pages. */
  readonly url: string
  setWebhookUrl(url: string): void
  /** This Stripe's time. */
  now(): Date
  /** Everything due until then happens, in the order of its time. @throws RangeError for a time in the past. */
  advanceTo(date: Date): Promise<void>
  /** Every event so far, oldest first. */
  events(): readonly Stripe.Event[]
  /** Everything it knows, by table and id, for tests that compare. Never to be changed. */
  state(): State
  /** The id of the charge of a session's last attempt, also of a subscription's first; null when there is none. */
  chargeIdOf(sessionId: string): string | null
  pendingDeliveries(): number
  /** Tries each undelivered event once, oldest first, `concurrency` (1) at a time. */
  deliverPending(options?: { concurrency?: number }): Promise<void>
  /** What the reader does on the checkout page. @throws CannotPay when the session cannot be paid in this way. */
  pay(
    sessionId: string,
    how: 'card' | 'declined' | 'bank_debit' | 'cancel',
    donor?: { name?: string; email?: string; presented?: Donor['presented'] },
  ): Promise<void>
  settleBankDebit(sessionId: string, outcome: 'succeeded' | 'failed'): Promise<void>
  expireSession(sessionId: string): Promise<void>
  /** Leaves no timer and no socket behind. A second call waits for the first. */
  close(): Promise<void>
}

const RETRY_DELAYS_MS = [1000, 2000, 5000, 15_000, 60_000]
const DEFAULT_DONOR: Donor = { name: 'Jenny Rosen', email: 'jenny.rosen@example.com' }

/** Starts an offline stand-in for Stripe on a port of its own, for development, demo and tests. Never for production. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = openStateStore(options.journalFile)
  const { runtime, deliveries, setOrigin, setWebhookUrl, stop } = createRuntime(options, store)
  const simulator = createCheckoutSimulator(runtime)
  const console = createConsole(runtime)
  const { host, port } = options
  const server = await startServer({ runtime, simulator, console, deliveries, host, port }).catch(
    (error: unknown) => {
      store.close()
      throw error
    },
  )
  setOrigin(server.origin)
  let closing: Promise<void> | null = null
  const closeAll = async (): Promise<void> => {
    await stop()
    await server.close()
    store.close()
  }
  return {
    ...console,
    ...testingMethods(runtime, deliveries, simulator),
    url: server.origin,
    setWebhookUrl,
    close: () => (closing ??= closeAll()),
  }
}

/** Joins state, clock, scheduler and deliveries: a commit feeds both the scheduler and the deliveries. */
function createRuntime(options: SandboxOptions, store: StateStore) {
  const { seed, faults } = options
  const { state } = store
  const settings: Settings = { ...DEFAULT_SETTINGS, ...options }
  const newId = createIdGenerator(
    seed === undefined ? (size) => randomBytes(size) : seededBytes(seed, store.earlierTransactions),
  )
  const gateway = createWebhookGateway()
  let webhookUrl = options.webhookUrl
  let origin = ''

  const nowMs = (): number => options.clock().getTime() + (state.clock.get('clock')?.aheadMs ?? 0)
  const callerNowMs = (): number => (options.callerClock ?? options.clock)().getTime()
  const contextAt = (atMs: number, request: RequestInfo = { id: null, idempotency_key: null }): Context => ({
    state,
    nowMs: atMs,
    aheadMs: nowMs() - callerNowMs(),
    settings,
    newId,
    apiVersion: Stripe.API_VERSION,
    origin,
    request,
  })
  const commit = (changes: readonly Change[]): void => {
    const committed =
      faults === undefined ? changes : withFaults(changes, faults, state.event.size, nowMs(), newId)
    store.commit(committed)
    scheduler.watch(committed)
    for (const { table, id } of committed) if (table === 'event') deliveries.wake(id)
  }
  const scheduler = createScheduler({
    state,
    nowMs,
    contextAt,
    commit,
    releaseDelivery: (eventId) => deliveries.wake(eventId),
  })
  const runtime: Runtime = {
    state,
    apiVersion: Stripe.API_VERSION,
    newId,
    nowMs,
    context(request) {
      scheduler.catchUp()
      return contextAt(nowMs(), request)
    },
    transact(act) {
      const transaction = beginTransaction(runtime.context())
      const result = act(transaction)
      commit(transaction.changes)
      return result
    },
    commit,
    advanceTo(atMs) {
      scheduler.catchUp()
      if (atMs < nowMs()) throw new RangeError('The clock goes forward only.')
      const aheadMs = atMs - options.clock().getTime()
      commit([{ table: 'clock', id: 'clock', value: { aheadMs } }])
      scheduler.catchUp()
    },
    forgetAnswers: (beforeMs) => store.forgetAnswers(beforeMs),
    log: options.log ?? (() => {}),
  }
  const deliveries = createDeliveryWorker({
    runtime,
    post: gateway.post,
    sign(payload) {
      const { webhookSecret: secret } = options
      const timestamp = seconds(callerNowMs())
      return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
    },
    webhookUrl: () => webhookUrl,
    automatic: options.delivery?.mode !== 'manual',
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  })
  const wakePending = (): void => {
    for (const { eventId, status } of state.delivery.values())
      if (status === 'pending') deliveries.wake(eventId)
  }
  return {
    runtime,
    deliveries,
    /** Addresses of pages are known from now on, so what earlier runs left to do starts here. */
    setOrigin(serverOrigin: string) {
      origin = serverOrigin
      wakePending()
      scheduler.watch(dueChanges(state))
    },
    setWebhookUrl(url: string) {
      webhookUrl = url
      wakePending()
    },
    async stop() {
      scheduler.close()
      await deliveries.close()
      gateway.close()
    },
  }
}

type TestingMethods = Omit<Sandbox, keyof SandboxConsole | 'url' | 'setWebhookUrl' | 'close'>

function testingMethods(
  runtime: Runtime,
  deliveries: DeliveryWorker,
  simulator: CheckoutSimulator,
): TestingMethods {
  /** The state after everything that is due by now. */
  const currentState = (): State => runtime.context().state
  return {
    now: () => new Date(runtime.nowMs()),
    advanceTo: async (date) => runtime.advanceTo(date.getTime()),
    events() {
      const state = currentState()
      return [...state.event.values()].map((event) => presentEvent(event, state))
    },
    state: currentState,
    chargeIdOf(sessionId) {
      const state = currentState()
      const session = state.session.get(sessionId)
      const intentId = session === undefined ? null : intentIdOf(session)
      const charge = intentId === null ? null : state.payment_intent.get(intentId)?.latest_charge
      return typeof charge === 'string' ? charge : null
    },
    pendingDeliveries: () =>
      [...currentState().delivery.values()].filter(({ status }) => status === 'pending').length,
    deliverPending({ concurrency = 1 } = {}) {
      currentState()
      return deliveries.deliverPending(concurrency)
    },
    async pay(sessionId, how, donor = {}) {
      if (how === 'cancel') return simulator.leave(sessionId)
      const prefilled = runtime.state.session.get(sessionId)?.object.customer_email
      const email = donor.email ?? prefilled ?? DEFAULT_DONOR.email
      const { name = DEFAULT_DONOR.name, presented } = donor
      simulator.pay(sessionId, how, { name, email, ...(presented ? { presented } : {}) })
    },
    settleBankDebit: async (sessionId, outcome) => simulator.settleBankDebit(sessionId, outcome),
    expireSession: async (sessionId) => simulator.expire(sessionId),
  }
}
