import type { ExpectedEvents } from '../inbox/inbox-event.ts'
import { stripeLists } from './balance-gateway.ts'
import { eventList } from './event-list-gateway.ts'
import { stripeObjects } from './object-list-gateway.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { receiptNumberBackups } from './receipt-number-backup-gateway.ts'
import type { Stripe } from './stripe-gateway.ts'
import { retrieveSubscription } from './subscription-gateway.ts'

/** What the sync reads from Stripe, all at one common pace. */
export function stripeReaders(
  stripe: Stripe,
  paced: PacedCalls,
  { livemode }: Pick<ExpectedEvents, 'livemode'>,
) {
  return {
    lists: stripeLists(stripe, paced),
    events: eventList(stripe, paced),
    objects: stripeObjects(stripe, paced, livemode),
    backups: receiptNumberBackups(stripe, paced),
    retrieveSubscription: retrieveSubscription(stripe, paced),
  }
}
