import type { Queryable } from '../db/database.ts'
import type { KnownCheckout } from '../checkout/checkout-status.ts'
import { knownCheckouts } from '../checkout/checkout-store.ts'
import { HANDLED_EVENT_TYPES } from '../stripe/handled-event-types.ts'
import { checkoutDifferences } from './donation-check.ts'
import type { Finding } from './finding.ts'
import { expectationOf, type Expectation } from './expectation.ts'
import * as inbox from './inbox-reading-store.ts'
import { outcomeDifferences, readAgain, type Told } from './stored-event.ts'
import type { Zones } from './newsroom-day.ts'
import { pagesOf } from './pages.ts'

/** What the whole inbox leads to, and what of it came out otherwise. */
export type Derived = {
  readonly expectation: Expectation
  readonly events: number
  readonly differences: readonly Finding[]
}

/** Reads every event once more and decides over all of them at once. */
export async function deriveFromInbox(tx: Queryable, zones: Zones): Promise<Derived> {
  const differences: Finding[] = []
  const told: Told[] = []
  let events = 0
  for await (const page of pagesOf((after: bigint | null) =>
    inbox.recordedEvents(tx, HANDLED_EVENT_TYPES, after),
  )) {
    for (const event of page) {
      events += 1
      const read = readAgain(event)
      if (read === null) continue
      if ('fact' in read) told.push(read)
      else differences.push(read)
    }
  }
  const pending = await inbox.pendingEvents(tx)
  if (pending.events > 0n)
    differences.push({
      kind: 'event_pending',
      object: pending.oldest ?? 'inbox',
      expected: 'none pending',
      found: `${pending.events} since this one`,
    })
  const checkouts = await checkoutsOf(tx, told)
  const facts = told.map(({ fact }) => fact)
  const expectation = expectationOf(facts, checkouts, zones)
  for (const [at, verdict] of expectation.outcomes.entries()) {
    const one = told[at]
    if (one) differences.push(...outcomeDifferences(one, verdict))
  }
  for (const checkout of checkouts) differences.push(...checkoutDifferences(checkout, expectation.paid))
  return { expectation, events, differences }
}

const AT_ONCE = 5000

async function checkoutsOf(tx: Queryable, told: readonly Told[]): Promise<KnownCheckout[]> {
  const found = new Map<string, KnownCheckout>()
  for (let from = 0; from < told.length; from += AT_ONCE) {
    const facts = told.slice(from, from + AT_ONCE).map(({ fact }) => fact)
    const sessions = facts.flatMap((fact) => ('sessionId' in fact ? [fact.sessionId] : []))
    const ids = facts.flatMap(
      (fact) => ('checkoutId' in fact ? fact.checkoutId : 'news' in fact ? fact.news.checkoutId : null) ?? [],
    )
    // What readers wrote is not compared, so it is not held in memory.
    for (const checkout of await knownCheckouts(tx, sessions, ids))
      found.set(checkout.id, { ...checkout, message: null })
  }
  return [...found.values()]
}
