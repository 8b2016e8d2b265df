import { z } from 'zod'
import { sealedAnew, type SealingKeys } from '../../access/sealed-secret.ts'
import type { Queryable } from '../../db/database.ts'
import { webhookEventTypes, type WebhookEventType } from '../../webhooks/webhook-event.ts'
import { disabledReasons, type DisabledReason, type EndpointWish, type WebhookEndpoint } from './endpoint.ts'

const row = z.object({
  id: z.uuid(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()),
  withDonor: z.boolean(),
  createdAt: z.date(),
  disabledAt: z.date().nullable(),
  disabledBecause: z.enum(disabledReasons).nullable(),
  failingSince: z.date().nullable(),
  formerSecretUntil: z.date().nullable(),
})

const COLUMNS = `id, url, description, events, with_donor as "withDonor", created_at as "createdAt", disabled_at as "disabledAt",
  disabled_because as "disabledBecause", failing_since as "failingSince", former_secret_until as "formerSecretUntil"`

const isKnown = (type: string): type is WebhookEventType => webhookEventTypes.some((one) => one === type)

function endpointFrom({
  disabledAt,
  disabledBecause,
  events,
  ...rest
}: z.output<typeof row>): WebhookEndpoint {
  return {
    ...rest,
    events: events.filter(isKnown),
    disabled: disabledAt && disabledBecause ? { at: disabledAt, because: disabledBecause } : null,
  }
}

/** Every endpoint that is not deleted, the oldest first. */
export async function listEndpoints(db: Queryable): Promise<readonly WebhookEndpoint[]> {
  const { rows } = await db.query(
    `select ${COLUMNS} from webhook_endpoints where deleted_at is null order by created_at, id`,
  )
  return z.array(row).parse(rows).map(endpointFrom)
}

/** Null when there is none, or it is deleted. Locks its row until the transaction ends where one is asked. */
export async function endpointById(
  db: Queryable,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<WebhookEndpoint | null> {
  const { rows } = await db.query(
    `select ${COLUMNS} from webhook_endpoints where id = $1 and deleted_at is null ${lock ? 'for update' : ''}`,
    [id],
  )
  const [found] = z.array(row).parse(rows)
  return found ? endpointFrom(found) : null
}

/** @returns false when the form or the request that asks for it was sent before */
export async function insertEndpoint(
  tx: Queryable,
  endpoint: EndpointWish & { readonly id: string; readonly sealedSecret: Buffer; readonly createdAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into webhook_endpoints (id, url, description, events, with_donor, sealed_secret, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [
      endpoint.id,
      endpoint.url,
      endpoint.description,
      endpoint.events,
      endpoint.withDonor,
      endpoint.sealedSecret,
      endpoint.createdAt,
    ],
  )
  return rowCount === 1
}

export async function updateEndpoint(tx: Queryable, id: string, wish: EndpointWish): Promise<void> {
  await tx.query(
    'update webhook_endpoints set url = $2, description = $3, events = $4, with_donor = $5 where id = $1',
    [id, wish.url, wish.description, wish.events, wish.withDonor],
  )
}

/** The secret before it goes on signing until `until`. */
export async function replaceSecret(
  tx: Queryable,
  { id, sealedSecret, until }: { readonly id: string; readonly sealedSecret: Buffer; readonly until: Date },
): Promise<void> {
  await tx.query(
    `update webhook_endpoints set former_sealed_secret = sealed_secret, former_secret_until = $3, sealed_secret = $2
      where id = $1`,
    [id, sealedSecret, until],
  )
}

/** @returns whether it was enabled until now */
export async function disableEndpoint(
  tx: Queryable,
  { id, because, at }: { readonly id: string; readonly because: DisabledReason; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_endpoints set disabled_at = $3, disabled_because = $2
      where id = $1 and disabled_at is null and deleted_at is null`,
    [id, because, at],
  )
  return rowCount === 1
}

/** Its failures are forgotten, and what waits for it is due at once. @returns whether it was disabled until now */
export async function enableEndpoint(tx: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_endpoints set disabled_at = null, disabled_because = null, failing_since = null
      where id = $1 and disabled_at is not null and deleted_at is null`,
    [id],
  )
  if (rowCount !== 1) return false
  await tx.query(
    `update webhook_deliveries set next_attempt_at = now() where endpoint_id = $1 and status = 'pending'`,
    [id],
  )
  return true
}

/** Its address and secrets are forgotten, and nothing is owed to it any more. What it was sent stays until it is old. */
export async function forgetEndpoint(tx: Queryable, id: string, at: Date): Promise<void> {
  await tx.query(
    `update webhook_endpoints set deleted_at = $2, url = '', sealed_secret = null, former_sealed_secret = null,
       former_secret_until = null where id = $1`,
    [id, at],
  )
  await tx.query(`delete from webhook_deliveries where endpoint_id = $1 and status = 'pending'`, [id])
}

/** The secrets that sign a delivery now, still sealed: the present one first. */
export async function sealedSecrets(db: Queryable, id: string, now: Date): Promise<readonly Buffer[]> {
  const { rows } = await db.query<{ present: Buffer | null; former: Buffer | null }>({
    name: 'webhook-secrets',
    text: `select sealed_secret as present, case when former_secret_until > $2 then former_sealed_secret end as former
             from webhook_endpoints where id = $1`,
    values: [id, now],
  })
  return rows.flatMap(({ present, former }) => [present, former]).filter((secret) => secret !== null)
}

/** Seals every endpoint's secrets by the first key. @returns how many endpoints had one that an older key had sealed */
export async function sealEndpointsAnew(tx: Queryable, keys: SealingKeys): Promise<number> {
  const { rows } = await tx.query<{ id: string; present: Buffer; former: Buffer | null }>(
    `select id, sealed_secret as present, former_sealed_secret as former from webhook_endpoints
      where sealed_secret is not null for update`,
  )
  const anew = rows
    .map(({ id, present, former }) => ({
      id,
      present: sealedAnew(present, id, keys),
      former: former && sealedAnew(former, id, keys),
    }))
    .filter(({ present, former }) => present !== null || former !== null)
  for (const { id, present, former } of anew)
    await tx.query(
      `update webhook_endpoints set sealed_secret = coalesce($2, sealed_secret),
         former_sealed_secret = coalesce($3, former_sealed_secret) where id = $1`,
      [id, present, former],
    )
  return anew.length
}

/** Everybody who can enable an endpoint again. */
export async function adminIds(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from staff where role = 'admin' and removed_at is null order by id`,
  )
  return rows.map(({ id }) => id)
}
