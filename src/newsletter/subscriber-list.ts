import type { Consent, ConsentSource } from './consent.ts'
import type { ToolAction, ToolFailure } from './tool-delivery.ts'

/** How many readers get the newsletter, by where they asked for it. */
export type SubscriberCounts = {
  readonly subscribed: number
  /** Asked, and not yet confirmed. */
  readonly waiting: number
  readonly unsubscribed: number
  readonly bySource: readonly { readonly source: ConsentSource; readonly count: number }[]
}

export type Subscriber = Pick<Consent, 'id' | 'email' | 'language' | 'source'> & {
  readonly confirmedAt: Date
}

/** A delivery that somebody has to look at. */
export type GivenUpDelivery = {
  readonly id: bigint
  readonly email: string
  readonly action: ToolAction
  readonly failure: ToolFailure | null
  readonly code: number | null
  readonly changedAt: Date
}
