import { z } from 'zod'
import type { Queryable } from '../db/database.ts'
import { webhookEventTypes, type NewWebhookMessage, type WebhookEventType } from './webhook-event.ts'

const wantedRow = z.object({ type: z.enum(webhookEventTypes).or(z.null().catch(null)) })

/** The types of events that any endpoint has chosen, also one that is disabled: it may ask for them again. */
export async function wantedEvents(tx: Queryable): Promise<ReadonlySet<WebhookEventType>> {
  const { rows } = await tx.query({
    name: 'webhook-events-wanted',
    text: 'select distinct unnest(events) as type from webhook_endpoints where deleted_at is null',
  })
  // A newer release, whose types this one does not know, may run beside it.
  return new Set(
    z
      .array(wantedRow)
      .parse(rows)
      .flatMap(({ type }) => (type === null ? [] : [type])),
  )
}

/**
 * Records what other systems are notified of, in the database transaction of the fact itself, and owes it to every endpoint that
 * is enabled and has chosen the type.
 * @param newId makes ids that sort by age; the id is the delivery's `webhook-id`, the same on every try
 */
export async function putMessages(
  tx: Queryable,
  messages: readonly NewWebhookMessage[],
  { recordedAt, newId }: { readonly recordedAt: Date; readonly newId: () => string },
): Promise<void> {
  if (messages.length === 0) return
  await tx.query({
    name: 'webhook-messages-put',
    text: `with put as (
             insert into webhook_messages (id, type, subject, recorded_at, data)
             select id, type, subject, $2, data
               from json_to_recordset($1::json) as new(id uuid, type text, subject text, data json)
             returning id, type)
           insert into webhook_deliveries (message_id, endpoint_id)
           select put.id, e.id from put join webhook_endpoints e on put.type = any(e.events)
            where e.disabled_at is null and e.deleted_at is null`,
    values: [JSON.stringify(messages.map((message) => ({ id: newId(), ...message }))), recordedAt],
  })
}
