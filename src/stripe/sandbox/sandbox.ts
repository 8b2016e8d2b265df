import { randomBytes } from 'node:crypto'
import { Stripe } from 'stripe'
import { createDeliveryWorker } from './delivery-worker.ts'
import { createDueWorker, earliest } from './due-worker.ts'
import { presentEvent } from './events.ts'
import { idMaker } from './ids.ts'
import { openJournal } from './journal-store.ts'
import { createSandboxStore } from './sandbox-store.ts'
import { payingDesk } from './paying-desk.ts'
import { listen } from './sandbox-server.ts'
import type { Stage } from './stage.ts'
import type { Change, Donor, Scene } from './state.ts'
import { createWebhookGateway } from './webhook-gateway.ts'

export type SandboxOptions = {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly webhookSecret: string
  /** May be set later: events wait. */
  readonly webhookUrl: string | null
  /** Append-only JSON lines, read again at the next start; null keeps everything in memory only. */
  readonly journalFile: string | null
  readonly clock: () => Date
  /** `manual`: nothing is sent until `deliverPending()`. */
  readonly delivery?: { readonly mode: 'automatic' } | { readonly mode: 'manual' }
  /** Pauses after a webhook that was not answered 2xx; the last one repeats, for up to 3 days. */
  readonly retryDelaysMs?: readonly number[]
  /** How long a bank debit takes to settle. */
  readonly bankDebitDelayMs?: number
  readonly log?: (line: string) => void
}

export type Sandbox = {
  /** `http://127.0.0.1:PORT`: the SDK's API base and the origin of the hosted pages. */
  readonly url: string
  setWebhookUrl(url: string): void
  /** Every event so far, oldest first. */
  events(): readonly Stripe.Event[]
  pendingDeliveries(): number
  /** Tries each undelivered event once, oldest first. */
  deliverPending(): Promise<void>
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
/** Days at a bank; long enough in a demo to see the money on its way. */
const BANK_DEBIT_DELAY_MS = 8000
const SOMEONE: Donor = { name: 'Jenny Rosen', email: 'jenny.rosen@example.com' }

/** An offline stand-in for Stripe on its own port, for development, demo and tests. Never for production. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = createSandboxStore(openJournal(options.journalFile))
  const gateway = createWebhookGateway()
  const nowMs = (): number => options.clock().getTime()
  const newId = idMaker((size) => randomBytes(size))
  let webhookUrl = options.webhookUrl
  let origin = ''

  const sceneNow = (request: Scene['request'] = { id: null, idempotency_key: null }): Scene => ({
    state: store.state,
    nowMs: nowMs(),
    newId,
    apiVersion: Stripe.API_VERSION,
    origin,
    request,
  })
  const commit = (changes: readonly Change[]): void => {
    store.commit(changes)
    for (const change of changes) {
      if (change.table === 'event') deliveries.wake(change.id)
      if (change.table === 'session' && change.value.object.status === 'open') {
        due.expect(change.value.object.expires_at * 1000)
      }
      if (change.table === 'bank_debit' && !change.value.settled) due.expect(change.value.settlesAtMs)
    }
  }
  const due = createDueWorker({ state: store.state, nowMs, scene: sceneNow, commit })
  const stage: Stage = {
    state: store.state,
    apiVersion: Stripe.API_VERSION,
    newId,
    nowMs,
    scene(request) {
      due.catchUp()
      return sceneNow(request)
    },
    commit,
    forgetAnswers: (beforeMs) => store.forgetAnswers(beforeMs),
    log: options.log ?? (() => {}),
  }
  const deliveries = createDeliveryWorker({
    stage,
    post: gateway.post,
    sign: (payload, timestamp) =>
      Stripe.webhooks.generateTestHeaderString({ payload, secret: options.webhookSecret, timestamp }),
    webhookUrl: () => webhookUrl,
    automatic: options.delivery?.mode !== 'manual',
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  })
  const desk = payingDesk(stage, options.bankDebitDelayMs ?? BANK_DEBIT_DELAY_MS)
  const server = await listen({ stage, desk, deliveries, host: options.host, port: options.port }).catch(
    (error: unknown) => {
      store.close()
      throw error
    },
  )
  origin = server.origin

  const wakeAll = (): void => {
    for (const { eventId, status } of store.state.delivery.values()) {
      if (status === 'pending') deliveries.wake(eventId)
    }
  }
  wakeAll()
  due.expect(earliest(store.state))

  let closing: Promise<void> | null = null
  const closeAll = async (): Promise<void> => {
    due.close()
    await deliveries.close()
    gateway.close()
    await server.close()
    store.close()
  }
  return {
    url: server.origin,
    setWebhookUrl(url) {
      webhookUrl = url
      wakeAll()
    },
    events: () => [...stage.scene().state.event.values()].map((event) => presentEvent(event, store.state)),
    pendingDeliveries: () =>
      [...stage.scene().state.delivery.values()].filter(({ status }) => status === 'pending').length,
    deliverPending() {
      due.catchUp()
      return deliveries.deliverPending()
    },
    async pay(sessionId, how, donor = {}) {
      if (how === 'cancel') return desk.walkAway(sessionId)
      const prefilled = store.state.session.get(sessionId)?.object.customer_email
      const email = donor.email ?? prefilled ?? SOMEONE.email
      desk.pay(sessionId, how, { name: donor.name ?? SOMEONE.name, email })
    },
    settleBankDebit: async (sessionId, outcome) => desk.settle(sessionId, outcome),
    expireSession: async (sessionId) => desk.expire(sessionId),
    close: () => (closing ??= closeAll()),
  }
}
