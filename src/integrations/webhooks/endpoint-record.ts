import { z } from 'zod'
import { choosableEvents } from '../../webhooks/webhook-event.ts'
import {
  deliveryStatuses,
  disabledReasons,
  failures,
  webhookId,
  type WebhookDelivery,
  type WebhookEndpoint,
} from './endpoint.ts'

const moment = z.iso.datetime()

/** The body that makes or changes an endpoint. */
export const endpointWish = z
  .strictObject({
    url: z.string().max(2_000).meta({ description: 'https, on the public internet' }),
    description: z.string().trim().max(200).default(''),
    events: z
      .array(z.enum(choosableEvents))
      .min(1, 'must name at least one type of event')
      .transform((events) => choosableEvents.filter((type) => events.includes(type))),
    withDonor: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether it gets donors’ names and addresses' }),
  })
  .meta({ id: 'WebhookEndpointWish' })

export const endpointRecord = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()),
  withDonor: z.boolean(),
  createdAt: moment,
  enabled: z.boolean(),
  disabledBecause: z.enum(disabledReasons).nullable(),
  failingSince: moment.nullable(),
  formerSecretUntil: moment.nullable(),
})

export const endpointWithSecret = endpointRecord.extend({
  secret: z.string().meta({ description: '`whsec_…`. It is never answered again' }),
})

export const endpointsAnswer = z.strictObject({ data: z.array(endpointRecord) })

export function endpointRecordOf(endpoint: WebhookEndpoint, now: Date): z.output<typeof endpointRecord> {
  const { createdAt, disabled, failingSince, formerSecretUntil, events, ...rest } = endpoint
  return {
    ...rest,
    events: [...events],
    createdAt: createdAt.toISOString(),
    enabled: disabled === null,
    disabledBecause: disabled?.because ?? null,
    failingSince: failingSince?.toISOString() ?? null,
    formerSecretUntil: formerSecretUntil && formerSecretUntil > now ? formerSecretUntil.toISOString() : null,
  }
}

const deliveryRecord = z.strictObject({
  id: z.string(),
  webhookId: z.string(),
  type: z.string(),
  subject: z.string(),
  recordedAt: moment,
  status: z.enum(deliveryStatuses),
  attempts: z.int(),
  nextAttemptAt: moment.nullable(),
  lastAttemptAt: moment.nullable(),
  failure: z.enum(failures).nullable(),
  answerCode: z.int().nullable(),
  answerStart: z.string().nullable(),
})

export const deliveriesQuery = z.strictObject({
  status: z.enum(deliveryStatuses).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'is not a cursor of this list')
    .optional(),
})

export const deliveriesAnswer = z.strictObject({
  data: z.array(deliveryRecord),
  nextCursor: z.string().nullable(),
})

export function deliveryRecordOf(delivery: WebhookDelivery): z.output<typeof deliveryRecord> {
  const { id, messageId, recordedAt, status, nextAttemptAt, lastAttemptAt, ...rest } = delivery
  return {
    id: String(id),
    webhookId: webhookId(messageId),
    ...rest,
    recordedAt: recordedAt.toISOString(),
    status,
    nextAttemptAt: status === 'pending' ? nextAttemptAt.toISOString() : null,
    lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
  }
}

const deliveryId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, 'must be the id of a delivery')
  .transform(BigInt)

const range = z
  .strictObject({
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    which: z.enum(['undelivered', 'all']).default('undelivered'),
  })
  .transform(({ from, to, which }) => ({ from: new Date(from), to: new Date(to), which }))
  .refine(({ from, to }) => from < to, { error: 'must be later than from', path: ['to'] })

/** One delivery, or what was recorded from one moment until before another. */
export const replayWish = z.union([z.strictObject({ delivery: deliveryId }), range])
export const replayDescription = z.union([
  z.strictObject({ delivery: z.string() }),
  z.strictObject({
    from: moment,
    to: moment.meta({ description: 'Exclusive' }),
    which: z.enum(['undelivered', 'all']).default('undelivered'),
  }),
])
export const replayAnswer = z.strictObject({ deliveries: z.int() })
export const switchWish = z.strictObject({ enabled: z.boolean() })
