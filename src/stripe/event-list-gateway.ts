import type { Stripe } from 'stripe'
import type { Page, Place } from '../settlement/balance/stripe-balance.ts'
import { envelopeProblem, inboxEvent, type InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed } from './balance-gateway.ts'
import { pageOf, type RowReading } from './list-page-schema.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { isUnknownObject } from './stripe-refusal.ts'

/** Which part of Stripe's event list is read. The list reaches back 30 days, and the newest event comes first. */
export type EventPlace = Place & {
  /** True: events that every endpoint has accepted; false: those that some endpoint has not; left out: all. */
  readonly deliverySuccess?: boolean | undefined
  /** At most twenty types; left out: all. */
  readonly types?: readonly string[] | undefined
}

export type EventPage = Page<InboxEvent>

/** @throws UnknownCursor, UnreadableAnswer */
export type EventList = (place: EventPlace) => Promise<EventPage>

/** Stripe no longer knows the event after which the list should continue: it is older than 30 days. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor'
}

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
    return pageOf('events', answer, readListedEvent)
  }
}

/** Reads a row of Stripe's list of events. */
export function readListedEvent(row: unknown): RowReading<InboxEvent> {
  const event = inboxEvent(JSON.stringify(row) ?? '', row)
  return event === null ? { reason: envelopeProblem(row) } : { row: event }
}
