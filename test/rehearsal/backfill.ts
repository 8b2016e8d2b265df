import { inTransaction } from '../../src/db/database.ts'
import { completeSweep } from '../../src/reconciliation/sweep-store.ts'
import { inboxEvent } from '../../src/webhooks/inbox-event.ts'
import { keepEvents } from '../../src/webhooks/inbox-store.ts'
import type { House } from './house.ts'

/**
 * Puts into the inbox what Stripe's list of events has and no webhook brought.
 * @returns how many
 */
export async function backfill({ stripe, database: { hot }, clock }: House): Promise<number> {
  const upTo = clock()
  const since = Math.floor(upTo.getTime() / 1000) - 30 * 24 * 60 * 60
  let found = 0
  let after: string | null = null
  for (;;) {
    const page = await stripe.events.list({
      limit: 100,
      created: { gte: since },
      delivery_success: false,
      ...(after === null ? {} : { starting_after: after }),
    })
    const events = page.data.flatMap((event) => inboxEvent(JSON.stringify(event), event) ?? [])
    found += await keepEvents(hot, events)
    after = page.has_more ? (page.data.at(-1)?.id ?? null) : null
    if (after === null) break
  }
  await inTransaction(hot, (tx) => completeSweep(tx, 'events', upTo, clock()))
  return found
}
