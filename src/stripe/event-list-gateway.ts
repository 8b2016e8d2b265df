import { Stripe } from 'stripe'
import { z } from 'zod'
import type { Page, Place } from '../settlement/stripe-lists.ts'
import { inboxEvent, type InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed, UnreadableAnswer } from './balance-gateway.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'

/** Where and what of Stripe's event list is read. It reaches back 30 days and is newest first. */
export type EventPlace = Place & {
  /** True: events that every endpoint took; false: those that one did not, or not yet; left out: all. */
  readonly deliverySuccess?: boolean | undefined
  /** Twenty at most; left out: all. */
  readonly types?: readonly string[] | undefined
}

export type EventPage = Page<InboxEvent> & {
  /** Rows that are no events as Stripe documents them. */
  readonly unreadable: number
}

/** @throws LostPlace, UnreadableAnswer */
export type EventList = (place: EventPlace) => Promise<EventPage>

/** Stripe does not know the event any more after which the list was to go on: it is older than 30 days by now. */
export class UnknownCursor extends Error {
  override readonly name = 'LostPlace'
}

const pageSchema = z.object({
  data: z.array(z.looseObject({ id: z.string().min(1) })),
  has_more: z.boolean(),
})

/**
 * Stripe's event list, a page at a time. An event comes in the account's API version of its day, which need not be the
 * one of the webhook endpoint: who keeps it looks at `apiVersion` first.
 */
export function eventList(stripe: Stripe, paced: PacedCalls): EventList {
  return async ({ deliverySuccess, types, ...place }) => {
    const asked = {
      ...listed(place),
      ...(deliverySuccess === undefined ? {} : { delivery_success: deliverySuccess }),
      ...(types === undefined ? {} : { types: [...types] }),
    }
    const answer = await paced(() => stripe.events.list(asked, CALL)).catch((error: unknown) => {
      if (place.after !== null && isMissing(error))
        throw new UnknownCursor('the event list cannot be read on', { cause: error })
      throw error
    })
    const read = pageSchema.safeParse(answer)
    if (!read.success) throw new UnreadableAnswer('Stripe’s event list has an unexpected shape')
    const { data, has_more: more } = read.data
    const rows = data.map((event) => inboxEvent(JSON.stringify(event), event)).filter((row) => row !== null)
    return { rows, unreadable: data.length - rows.length, next: more ? (data.at(-1)?.id ?? null) : null }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_missing'
}
