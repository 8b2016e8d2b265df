import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { Page, Place } from '../settlement/stripe-balance.ts'
import { inboxEvent, type InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed, UnreadableAnswer } from './balance-gateway.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { isUnknownObject } from './stripe-refusal.ts'
import { objectId } from './field-schema.ts'

/** Which part of Stripe's event list is read. The list reaches back 30 days, and the newest event comes first. */
export type EventPlace = Place & {
  /** True: events that every endpoint has accepted; false: those that some endpoint has not; left out: all. */
  readonly deliverySuccess?: boolean | undefined
  /** At most twenty types; left out: all. */
  readonly types?: readonly string[] | undefined
}

export type EventPage = Page<InboxEvent> & {
  /** The number of rows that are not events as Stripe documents them. */
  readonly unreadable: number
}

/** @throws UnknownCursor, UnreadableAnswer */
export type EventList = (place: EventPlace) => Promise<EventPage>

/** Stripe no longer knows the event after which the list should continue: it is older than 30 days. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor'
}

const pageSchema = z.object({
  data: z.array(z.looseObject({ id: objectId })),
  has_more: z.boolean(),
})

/**
 * Reads Stripe's event list page by page. An event has the API version that the account had when it was created, which
 * need not be the version of the webhook endpoint: callers check `apiVersion` before they store it.
 */
export function eventList(stripe: Stripe, paced: PacedCalls): EventList {
  return async ({ deliverySuccess, types, ...place }) => {
    const params = {
      ...listed(place),
      ...(deliverySuccess === undefined ? {} : { delivery_success: deliverySuccess }),
      ...(types === undefined ? {} : { types: [...types] }),
    }
    const answer = await paced(() => stripe.events.list(params, CALL)).catch((error: unknown) => {
      if (place.after !== null && isUnknownObject(error))
        throw new UnknownCursor('Stripe no longer knows the event after which the list should continue', {
          cause: error,
        })
      throw error
    })
    const read = pageSchema.safeParse(answer)
    if (!read.success) throw new UnreadableAnswer('Stripe’s event list has an unexpected shape')
    const { data, has_more: more } = read.data
    const rows = data.map((event) => inboxEvent(JSON.stringify(event), event)).filter((row) => row !== null)
    return { rows, unreadable: data.length - rows.length, next: more ? (data.at(-1)?.id ?? null) : null }
  }
}
