import type { WebhookEventType } from '../../webhooks/webhook-event.ts'

/** Why an endpoint gets nothing. The constraint `webhook_endpoints_reason_is_known` in the database lists the same. */
export const disabledReasons = ['staff', 'failing', 'gone'] as const
export type DisabledReason = (typeof disabledReasons)[number]

/** Where the service may post. `public`: https to the public internet; `local`: also http, and to this machine. */
export type Reach = 'public' | 'local'

/** What admins decide of an endpoint. */
export type EndpointWish = {
  readonly url: string
  readonly description: string
  readonly events: readonly WebhookEventType[]
  /** Whether it gets donors' names and addresses. */
  readonly withDonor: boolean
}

export type WebhookEndpoint = EndpointWish & {
  readonly id: string
  readonly createdAt: Date
  readonly disabled: { readonly at: Date; readonly because: DisabledReason } | null
  /** The first failure after the last delivery that it took; null: none. */
  readonly failingSince: Date | null
  /** Until when deliveries are signed with the secret before this one, too; null: no longer. */
  readonly formerSecretUntil: Date | null
}

/** Why a try failed. The constraint `webhook_deliveries_failure_is_known` in the database lists the same. */
export const failures = ['answer', 'timeout', 'unreachable', 'not_public'] as const
export type Failure = (typeof failures)[number]

/** The constraint `webhook_deliveries_status_is_known` in the database lists the same. */
export const deliveryStatuses = ['pending', 'delivered', 'given_up'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** A message on its way to an endpoint, and what became of its last try. */
export type WebhookDelivery = {
  readonly id: bigint
  readonly messageId: string
  readonly type: string
  /** The id of the donation or the subscription. */
  readonly subject: string
  readonly recordedAt: Date
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly nextAttemptAt: Date
  readonly lastAttemptAt: Date | null
  readonly failure: Failure | null
  readonly answerCode: number | null
  /** The first characters of the answer; null also where the endpoint gets donors, whom it may repeat. */
  readonly answerStart: string | null
}

/** More than a newsroom needs, and few enough that all of them can be served at once. */
export const MOST_ENDPOINTS = 20

/** How long both secrets sign after one was rolled. */
export const ROLL_MS = 24 * 3_600_000

/** What a receiver knows a message by. */
export function webhookId(messageId: string): string {
  return `msg_${messageId}`
}
