import type { KnownCheckout } from '../checkout/checkout-status.ts'
import { knownCheckouts } from '../checkout/checkout-store.ts'
import type { Queryable } from '../db/database.ts'
import { namedIds } from '../donations/payment-fact.ts'
import type { Ownership } from '../stripe/events/ownership.ts'
import { HANDLED_EVENT_TYPES } from '../stripe/handled-event-types.ts'
import { checkoutFindings } from './checks/donation-check.ts'
import { expectationOf, type Expectation, type Zones } from './expectation.ts'
import type { Finding } from './finding.ts'
import {
  evidenceOf,
  outcomeFindings,
  unreadableFindings,
  type Evidence,
  type UnreadableEvidence,
} from './stored-event.ts'
import * as store from './verification-store.ts'

export type Derived = {
  /** What the whole inbox leads to. */
  readonly expectation: Expectation
  /** How many events were read. */
  readonly events: number
  /** Events and checkouts that ended otherwise. */
  readonly findings: readonly Finding[]
}

/** Reads every stored event again and decides over all of them at once. */
export async function deriveFromInbox(tx: Queryable, zones: Zones, ownership: Ownership): Promise<Derived> {
  const findings: Finding[] = []
  const evidence: Evidence[] = []
  const unreadable: UnreadableEvidence[] = []
  let events = 0
  for await (const page of store.pagesOf((after: bigint | null) =>
    store.storedEvents(tx, HANDLED_EVENT_TYPES, after),
  )) {
    for (const event of page) {
      events += 1
      const read = evidenceOf(event, ownership)
      if (read === null) continue
      if ('fact' in read) evidence.push(read)
      else if ('claim' in read) unreadable.push(read)
      else findings.push(read)
    }
  }
  const pending = await store.pendingInbox(tx)
  if (pending.events > 0n)
    findings.push({
      kind: 'event_pending',
      object: pending.oldest ?? 'inbox',
      expected: 'none pending',
      found: `${pending.events} since this one`,
    })
  const checkouts = await checkoutsOf(tx, evidence)
  const facts = evidence.map(({ fact }) => fact)
  const expectation = expectationOf(facts, checkouts, zones)
  for (const [index, outcome] of expectation.outcomes.entries()) {
    const event = evidence[index]
    if (event) findings.push(...outcomeFindings(event, outcome))
  }
  const own = ownIds(expectation, checkouts)
  for (const event of unreadable) findings.push(...unreadableFindings(event, own))
  for (const checkout of checkouts) findings.push(...checkoutFindings(checkout, expectation.paidCheckouts))
  return { expectation, events, findings }
}

/** Every id at Stripe that is ours, so far as readable events prove it. */
function ownIds(
  { donations, subscriptions }: Expectation,
  checkouts: readonly KnownCheckout[],
): ReadonlySet<string> {
  const ofDonations = [...donations.values()].flatMap(({ paymentIntentId, sessionId, invoiceId }) =>
    [paymentIntentId, sessionId, invoiceId].filter((id) => id !== null),
  )
  return new Set<string>([
    ...ofDonations,
    ...subscriptions,
    ...checkouts.flatMap(({ sessionId }) => sessionId ?? []),
  ])
}

const FACTS_PER_QUERY = 5000

/** The checkouts that the facts name, by session or by id. */
async function checkoutsOf(tx: Queryable, evidence: readonly Evidence[]): Promise<KnownCheckout[]> {
  const found = new Map<string, KnownCheckout>()
  for (let from = 0; from < evidence.length; from += FACTS_PER_QUERY) {
    const facts = evidence.slice(from, from + FACTS_PER_QUERY).map(({ fact }) => fact)
    const { sessions, checkouts } = namedIds(facts)
    // What readers wrote is not compared, so it is not kept in memory.
    for (const checkout of await knownCheckouts(tx, sessions, checkouts))
      found.set(checkout.id, { ...checkout, message: null })
  }
  return [...found.values()]
}
