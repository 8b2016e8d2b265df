import type pg from 'pg'
import type { Logger } from 'pino'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import { opened } from '../../access/sealed-secret.ts'
import type { Keyring } from '../../config/keyring.ts'
import { inTransaction, type Queryable } from '../../db/database.ts'
import { putIntoOutbox } from '../../outbox/outbox-store.ts'
import { FAILING_WINDOW_MS, nextDelivery } from '../../webhooks/delivery-schedule.ts'
import { payloadOf } from '../../webhooks/webhook-event.ts'
import { signedHeaders } from '../../webhooks/webhook-signature.ts'
import { startLoop, type WorkerLoop } from '../../worker-loop.ts'
import { LEASE_MS, LOOK_FOR_LAPSED_MS, whileClaimed } from '../../claimed-work.ts'
import type { Answered, PostDelivery } from './delivery-gateway.ts'
import {
  claimDeliveries,
  deleteOldMessages,
  donorsOf,
  type SubjectOfMessage,
  endpointsDue,
  giveBack,
  recordDelivered,
  recordFailed,
  renewDelivery,
  type ClaimedDelivery,
} from './delivery-store.ts'
import { webhookId, type DisabledReason, type WebhookEndpoint } from './endpoint.ts'
import { adminIds, disableEndpoint, endpointById, sealedSecrets } from './endpoint-store.ts'

/** How many deliveries one worker process makes to one endpoint at a time. */
const AT_ONCE = 5
/** The receiver says by this answer that it wants nothing more, by the Standard Webhooks specification. */
const GONE = 410

export type DeliveryDeps = {
  readonly pool: pg.Pool
  readonly keys: Pick<Keyring, 'webhookSecrets'>
  readonly post: PostDelivery
  readonly clock: () => Date
  /** 0 to 1, by chance. */
  readonly spread: () => number
  readonly log: Logger
}

/**
 * Delivers what is due. Endpoints do not wait for one another. A worker that dies between sending and recording leaves the
 * delivery to another one, which sends it again with the same `webhook-id`.
 */
export function startDeliveryWorker(deps: DeliveryDeps): WorkerLoop {
  const { pool, log } = deps
  const leaving = new AbortController()
  const running = new Map<string, Promise<void>>()
  const round = async (): Promise<boolean> => {
    for (const id of await endpointsDue(pool)) {
      if (running.has(id)) continue
      const work = deliverTo(deps, id, leaving.signal)
        .catch((error: unknown) =>
          log.error({ err: error, endpoint: id }, 'deliveries to a webhook endpoint stopped'),
        )
        .finally(() => running.delete(id))
      running.set(id, work)
    }
    return false
  }
  const loop = startLoop('webhooks', round, log, LOOK_FOR_LAPSED_MS)
  return {
    wake: loop.wake,
    async stop() {
      leaving.abort()
      await loop.stop()
      await Promise.all(running.values())
    },
  }
}

/** Makes the deliveries to one endpoint until none is due. */
export async function deliverTo(deps: DeliveryDeps, endpointId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const claimedAt = deps.clock()
    const claimed = await claimDeliveries(deps.pool, { endpointId, limit: AT_ONCE, leaseMs: LEASE_MS })
    if (claimed.length === 0) return
    const endpoint = await endpointById(deps.pool, endpointId)
    if (!endpoint) return
    const secrets = await secretsOf(deps, endpointId)
    if (secrets.length === 0) {
      deps.log.error({ endpoint: endpointId }, 'the secret of a webhook endpoint cannot be read: roll it')
      await Promise.all(claimed.map(({ id }) => giveBack(deps.pool, id)))
      const isNew = await inTransaction(deps.pool, (tx) =>
        stopEndpoint(tx, endpoint, 'failing', deps.clock()),
      )
      if (isNew) logStop(deps, endpoint, 'failing')
      return
    }
    const donors = endpoint.withDonor
      ? await donorsOf(
          deps.pool,
          claimed.map(({ subject }) => subject),
        )
      : null
    await Promise.all(
      claimed.map(async (delivery) => {
        const { messageId, subject, data, ...message } = delivery
        const shown = donors ? { ...data, ...personOf(delivery.type, donors.get(subject) ?? null) } : data
        const body = payloadOf({ ...message, data: shown })
        const id = webhookId(messageId)
        const headers = signedHeaders({ messageId: id, body, sentAt: deps.clock() }, secrets)
        const renew = () => renewDelivery(deps.pool, delivery, LEASE_MS)
        const answered = await whileClaimed({ renew, claimedAt, clock: deps.clock }, async (isOurs) =>
          (await isOurs()) ? deps.post(endpoint.url, { headers, body, signal }) : 'taken',
        )
        if (answered !== 'taken') await record(deps, endpoint, delivery, answered, signal)
        else deps.log.info({ delivery: String(delivery.id) }, 'another worker has taken the delivery')
      }),
    )
  }
}

/** The person that a message is about, for endpoints that ask for donors. A reader of the newsletter need not be one. */
function personOf(type: string, found: SubjectOfMessage | null): object {
  if (type === 'endpoint.test') return {}
  if (type.startsWith('newsletter.')) return { subscriber: found === null ? null : { email: found.email } }
  const donor = found === null ? null : { name: found.name, email: found.email }
  return type === 'message.received' ? { donor, text: found?.text ?? null } : { donor }
}

async function secretsOf(
  { pool, keys, clock }: DeliveryDeps,
  endpointId: string,
): Promise<readonly string[]> {
  const boxes = await sealedSecrets(pool, endpointId, clock())
  return boxes.map((box) => opened(box, endpointId, keys.webhookSecrets)).filter((secret) => secret !== null)
}

async function record(
  deps: DeliveryDeps,
  endpoint: WebhookEndpoint,
  { id, attempts }: ClaimedDelivery,
  { failure, code, start }: Answered,
  signal: AbortSignal,
): Promise<void> {
  const { pool, clock } = deps
  // What an endpoint answers may repeat what it was sent.
  const answer = { code, start: endpoint.withDonor ? null : start }
  if (failure === null) return recordDelivered(pool, id, answer)
  // The service stops: that says nothing about the endpoint.
  if (signal.aborted && code === null) return giveBack(pool, id)
  const at = clock()
  const retryAt = code === GONE ? null : nextDelivery(attempts, at, deps.spread())
  // Together, so that a worker which dies here leaves no delivery that was given up for an endpoint that goes on as before.
  const stopped = await inTransaction(pool, async (tx) => {
    const failingSince = await recordFailed(tx, id, { failure, answer, retryAt, at })
    if (code === GONE) return (await stopEndpoint(tx, endpoint, 'gone', at)) ? 'gone' : null
    const isOver = retryAt === null && failingSince !== null
    if (!isOver || at.getTime() - failingSince.getTime() < FAILING_WINDOW_MS) return null
    return (await stopEndpoint(tx, endpoint, 'failing', at)) ? 'failing' : null
  })
  if (stopped !== null) logStop(deps, endpoint, stopped)
}

/**
 * Disables the endpoint and writes to every admin, who can enable it again. Call it in a database transaction.
 * @returns whether it was enabled until now
 */
async function stopEndpoint(
  tx: Queryable,
  { id, url }: WebhookEndpoint,
  because: DisabledReason,
  at: Date,
): Promise<boolean> {
  if (!(await disableEndpoint(tx, { id, because, at }))) return false
  const occasion = Math.floor(at.getTime() / 1000)
  await putIntoOutbox(
    tx,
    (await adminIds(tx)).map((staff) => ({
      kind: 'webhook_disabled',
      messageKey: `webhook-disabled.${id}.${occasion}.${staff}`,
      subject: staff,
    })),
  )
  const after = { host: new URL(url).host, because }
  const subject = `webhook-endpoint/${id}` as const
  await recordAct(tx, { actor: { kind: 'service' }, act: 'webhook_endpoint_disabled', subject, after, at })
  return true
}

function logStop({ log }: DeliveryDeps, { id }: WebhookEndpoint, because: DisabledReason): void {
  log.warn({ endpoint: id, because }, 'a webhook endpoint was disabled')
}

const DELETED_A_ROUND = 1_000

/** One round of deleting messages that are older than `days`, with their deliveries. @returns whether there may be more */
export function webhookRetentionRound(
  pool: pg.Pool,
  clock: () => Date,
  days: number,
): () => Promise<boolean> {
  return async () => {
    const before = new Date(clock().getTime() - days * 86_400_000)
    return (await deleteOldMessages(pool, { before, limit: DELETED_A_ROUND })) === DELETED_A_ROUND
  }
}
