import { z } from 'zod'
import { donationStatuses } from '../refunds/donation-balance.ts'
import { refundStatuses } from '../refunds/reversals.ts'

/** Grows by one when a consumer of the former version could misread the new one. Fields are added without a new version. */
export const PAYLOAD_VERSION = 1

const minor = z.int().meta({ description: 'In minor units of `currency`' })
const currency = z.string()
const moment = z.iso.datetime()
const frequency = z.enum(['once', 'monthly', 'yearly'])
const article = z.strictObject({ url: z.string(), title: z.string().nullable() }).nullable()
const campaign = z
  .strictObject({ source: z.string().nullable(), medium: z.string().nullable(), name: z.string().nullable() })
  .nullable()
const donor = z
  .strictObject({ name: z.string().nullable(), email: z.string().nullable() })
  .nullable()
  .optional()
  .meta({
    description: 'Only for endpoints that ask for it; null once the donor was erased, or if nothing is known',
  })

const donation = z.strictObject({
  id: z.uuid(),
  status: z.enum(donationStatuses),
  currency,
  gross: minor,
  refunded: minor,
  disputed: minor,
  coveredFee: minor,
  frequency,
  anonymous: z.boolean(),
  article,
  campaign,
  succeededAt: moment,
  checkoutId: z.string().nullable(),
  paymentIntentId: z.string(),
  subscriptionId: z.string().nullable(),
  donor,
})

const reversal = z.strictObject({
  id: z.string(),
  kind: z.enum(['refund', 'bank_return', 'dispute']),
  status: z.union([z.enum(refundStatuses), z.string()]).meta({ description: 'Stripe’s word' }),
  amount: minor.meta({ description: 'Of a dispute: what is withdrawn at present' }),
})

const subscription = z.strictObject({
  id: z.string(),
  status: z.string().meta({ description: 'Stripe’s word' }),
  currency: currency.nullable(),
  amount: minor.nullable(),
  frequency: z.enum(['monthly', 'yearly']),
  startedAt: moment.nullable(),
  currentPeriodEnd: moment.nullable(),
  cancelAt: moment.nullable(),
  endedAt: moment.nullable(),
  checkoutId: z.string().nullable(),
  donor,
})

const newsletter = z.strictObject({
  id: z.uuid().meta({ description: 'Of the consent: the same in both events of a subscription' }),
  language: z.string().meta({ description: 'BCP 47: of `consentText`' }),
  consentText: z.string().meta({ description: 'What the reader agreed to, word for word' }),
  source: z.enum(['checkout', 'thank_you', 'my', 'element', 'form', 'article']),
  articleUrl: z.string().nullable(),
  askedAt: moment,
  subscribedAt: moment,
  unsubscribedAt: moment.nullable(),
  subscriber: z
    .strictObject({ email: z.string().nullable() })
    .nullable()
    .optional()
    .meta({ description: 'Only for endpoints that ask for donors; null once the reader was erased' }),
})

const readerMessage = z.strictObject({
  id: z.uuid(),
  source: z.enum(['my', 'gift', 'thank_you']).meta({
    description: 'Written on the donor’s own page, with the gift, or on the page after paying',
  }),
  donationId: z.uuid(),
  receivedAt: moment,
  text: z
    .string()
    .nullable()
    .optional()
    .meta({ description: 'Only for endpoints that ask for donors; null once the donor was erased' }),
  donor,
})

/**
 * Every type of event that other systems can be notified of, and the schema of its `data`. A new type is one entry here, its
 * words in `src/text/en/finance/webhooks.ts`, its example in `docs/webhooks.md`, and `putMessages` where the fact is written.
 */
export const webhookEvents = {
  'donation.created': donation,
  'donation.reversal_updated': donation.extend({
    reversals: z.array(reversal).meta({ description: 'Those that changed' }),
  }),
  'subscription.started': subscription,
  'subscription.updated': subscription,
  'subscription.ended': subscription,
  'newsletter.subscribed': newsletter,
  'newsletter.unsubscribed': newsletter,
  'message.received': readerMessage,
  /** Sent when an admin asks for it. Every endpoint gets it, whatever it has chosen. */
  'endpoint.test': z.strictObject({ endpointId: z.uuid() }),
} as const satisfies Readonly<Record<string, z.ZodType>>

export type WebhookEventType = keyof typeof webhookEvents

// `Object.keys` loses the names of the types.
export const webhookEventTypes = Object.keys(webhookEvents) as readonly WebhookEventType[]

/** What an endpoint can choose. */
export const choosableEvents = webhookEventTypes.filter((type) => type !== 'endpoint.test')

/** A fact for other systems. `data` names no donor: the worker looks them up for the endpoints that ask for them. */
export type NewWebhookMessage = {
  [Type in WebhookEventType]: {
    readonly type: Type
    /** The id of the donation, the subscription, the newsletter consent or the message. */
    readonly subject: string
    readonly data: Omit<z.input<(typeof webhookEvents)[Type]>, 'donor' | 'subscriber' | 'text'>
  }
}[WebhookEventType]

/** The body of a delivery, by the Standard Webhooks specification. */
export function payloadOf(message: {
  readonly type: string
  readonly recordedAt: Date
  readonly data: object
}): string {
  const { type, recordedAt, data } = message
  return JSON.stringify({ type, version: PAYLOAD_VERSION, timestamp: recordedAt.toISOString(), data })
}
