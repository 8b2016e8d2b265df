import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type pg from 'pg'
import type { Actor } from '../../access/actor.ts'
import type { AuditedAct, AuditedState } from '../../access/audit/audit-trail.ts'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import { sealed } from '../../access/sealed-secret.ts'
import type { Keyring } from '../../config/keyring.ts'
import { inTransaction, type Queryable } from '../../db/database.ts'
import { Refusal } from '../../http/refusal.ts'
import { secretText, SECRET_BYTES } from '../../webhooks/webhook-signature.ts'
import { putTest, replayOne, replayRange, wakeDeliveries } from './delivery-store.ts'
import { MOST_ENDPOINTS, ROLL_MS, type EndpointWish, type WebhookEndpoint } from './endpoint.ts'
import {
  disableEndpoint,
  enableEndpoint,
  endpointById,
  forgetEndpoint,
  insertEndpoint,
  listEndpoints,
  replaceSecret,
  updateEndpoint,
} from './endpoint-store.ts'

type Deps = {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly keys: Pick<Keyring, 'webhookSecrets'>
}

const NOT_FOUND = 'There is no webhook endpoint with this id.'

/** What admins and their programs do with endpoints. Each act is one database transaction with its line in the audit trail. */
export function endpointActs({ pool, clock, keys }: Deps) {
  /** @throws Refusal not_found */
  const act = <T>(
    id: string,
    by: Actor,
    work: (
      tx: Queryable,
      endpoint: WebhookEndpoint,
      at: Date,
    ) => Promise<{ readonly result: T; readonly record: Recorded | null }>,
  ): Promise<T> =>
    inTransaction(pool, async (tx) => {
      const at = clock()
      const endpoint = await endpointById(tx, id, { lock: true })
      if (!endpoint) throw new Refusal('not_found', NOT_FOUND)
      const { result, record } = await work(tx, endpoint, at)
      if (record) await recordAct(tx, { actor: by, subject: `webhook-endpoint/${id}`, at, ...record })
      return result
    })

  return {
    /**
     * @param id of the form or request: one that is sent twice makes one endpoint
     * @returns the secret, which is shown once
     * @throws Refusal conflict for an id that was used before, and for one endpoint too many
     */
    add: (id: string, wish: EndpointWish, by: Actor): Promise<{ readonly secret: string }> =>
      inTransaction(pool, async (tx) => {
        const at = clock()
        if ((await listEndpoints(tx)).length >= MOST_ENDPOINTS)
          throw new Refusal('conflict', `There are ${MOST_ENDPOINTS} endpoints already. Delete one first.`)
        const secret = newSecret()
        const sealedSecret = sealed(secret, id, keys.webhookSecrets)
        if (!(await insertEndpoint(tx, { ...wish, id, sealedSecret, createdAt: at })))
          throw new Refusal('conflict', 'This endpoint was made before. Its secret cannot be shown again.')
        const record = { act: 'webhook_endpoint_added', after: stateOf(wish) } as const
        await recordAct(tx, { actor: by, subject: `webhook-endpoint/${id}`, at, ...record })
        return { secret }
      }),

    change: (id: string, wish: EndpointWish, by: Actor) =>
      act(id, by, async (tx, endpoint) => {
        await updateEndpoint(tx, id, wish)
        const [before, after] = [stateOf(endpoint), stateOf(wish)]
        const isSame = endpoint.url === wish.url && JSON.stringify(before) === JSON.stringify(after)
        return {
          result: undefined,
          record: isSame ? null : { act: 'webhook_endpoint_changed', before, after },
        }
      }),

    /** Deliveries are signed with both secrets for a day. @returns the new secret, which is shown once */
    roll: (id: string, by: Actor): Promise<{ readonly secret: string; readonly until: Date }> =>
      act(id, by, async (tx, _endpoint, at) => {
        const secret = newSecret()
        const until = new Date(at.getTime() + ROLL_MS)
        await replaceSecret(tx, { id, sealedSecret: sealed(secret, id, keys.webhookSecrets), until })
        const record = {
          act: 'webhook_secret_rolled',
          after: { formerSecretUntil: until.toISOString() },
        } as const
        return { result: { secret, until }, record }
      }),

    disable: (id: string, by: Actor) =>
      act(id, by, async (tx, _endpoint, at) => {
        const isNew = await disableEndpoint(tx, { id, because: 'staff', at })
        return { result: undefined, record: isNew ? { act: 'webhook_endpoint_disabled' } : null }
      }),

    enable: (id: string, by: Actor) =>
      act(id, by, async (tx) => {
        const isNew = await enableEndpoint(tx, id)
        if (isNew) await wakeDeliveries(tx)
        return { result: undefined, record: isNew ? { act: 'webhook_endpoint_enabled' } : null }
      }),

    remove: (id: string, by: Actor) =>
      act(id, by, async (tx, endpoint, at) => {
        await forgetEndpoint(tx, id, at)
        return { result: undefined, record: { act: 'webhook_endpoint_deleted', before: stateOf(endpoint) } }
      }),

    test: (id: string, by: Actor) =>
      act(id, by, async (tx, _endpoint, at) => {
        await putTest(tx, { messageId: randomUUIDv7(), endpointId: id, at })
        await wakeDeliveries(tx)
        return { result: undefined, record: { act: 'webhook_test_sent' } }
      }),

    /** @throws Refusal not_found */
    replayDelivery: (id: string, deliveryId: bigint, by: Actor) =>
      act(id, by, async (tx) => {
        if (!(await replayOne(tx, { endpointId: id, id: deliveryId })))
          throw new Refusal('not_found', 'There is no delivery with this id.')
        await wakeDeliveries(tx)
        const record = {
          act: 'webhook_deliveries_replayed',
          after: { delivery: String(deliveryId) },
        } as const
        return { result: undefined, record }
      }),

    /** @returns how many deliveries are due again */
    replayRange: (
      id: string,
      range: { readonly from: Date; readonly to: Date; readonly which: 'undelivered' | 'all' },
      by: Actor,
    ): Promise<number> =>
      act(id, by, async (tx) => {
        const count = await replayRange(tx, id, range)
        await wakeDeliveries(tx)
        const { from, to, which } = range
        const after = { from: from.toISOString(), to: to.toISOString(), which, count }
        return { result: count, record: { act: 'webhook_deliveries_replayed', after } }
      }),
  }
}

type Recorded = {
  readonly act: AuditedAct
  readonly before?: AuditedState
  readonly after?: AuditedState
}

/** An address can be a secret, so the audit trail keeps its host alone. */
function stateOf({ url, description, events, withDonor }: EndpointWish): AuditedState {
  return { host: new URL(url).host, description, events, withDonor }
}

function newSecret(): string {
  return secretText(randomBytes(SECRET_BYTES))
}
