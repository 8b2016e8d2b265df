import type pg from 'pg'
import type { Logger } from 'pino'
import { isDataError } from '../db/errors.ts'
import { inTransaction } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'
import { agreementsHaveChanged, foldAgreements } from './agreement-store.ts'
import { hasAskedToChangeCard } from './donor-request-store.ts'
import { saveReadState, type StateNotices } from './read-state-store.ts'
import type { SubscriptionState } from './subscription.ts'
import { postponeSubscription, staleSubscriptions, type StaleSubscription } from './subscription-store.ts'

// One call for each subscription: a small share of Stripe's 100 calls a second.
const BATCH_SIZE = 10
// A change whose event was lost is seen the next day at the latest.
const READ_AGAIN_MS = 24 * 60 * 60 * 1000

/** When so many fail one after the other, Stripe is probably away: the rest of the round is left for the next one. */
const FAILURES_IN_A_ROW = 3

/** A subscription that could not be read. Its next try is postponed. */
export type UnreadSubscription = { readonly id: SubscriptionId; readonly error: unknown }

export function logUnread(log: Logger): (unread: UnreadSubscription) => void {
  return ({ id, error }) =>
    log.warn(
      { subscription: id, err: error },
      'a subscription could not be read from Stripe and is postponed',
    )
}

/** What is done for donors with what is read. */
export type DonorCare = NonNullable<StateNotices['donors']> & {
  /** Makes a saved card pay the subscription from now on. @throws while Stripe is away */
  readonly useCard: (id: SubscriptionId, card: string) => Promise<void>
}

/**
 * Reads subscriptions from Stripe that an event has changed, or that were not read for a day. No database transaction
 * is open meanwhile. One that cannot be read is postponed, longer each time, and does not keep the others waiting.
 * @returns one round of a worker loop, which resolves to whether there may be more subscriptions to read now
 */
export function subscriptionRound(deps: {
  readonly pool: pg.Pool
  /** Null when Stripe does not know the subscription. */
  readonly retrieveSubscription: (id: SubscriptionId) => Promise<SubscriptionState | null>
  /** Left out: donors hear nothing of what is read, and get no other card into use. */
  readonly donors?: DonorCare
  /** Left out: other systems are sent nothing. */
  readonly recordMessages?: StateNotices['recordMessages']
  readonly clock: () => Date
  readonly report: (unread: UnreadSubscription) => void
  /** Aborted when the service stops: calls to Stripe then fail without saying anything about a subscription. */
  readonly signal?: AbortSignal
  /** After so many failures in a row a round ends early; left out: after three. */
  readonly failuresInARow?: number
}): () => Promise<boolean> {
  const { pool, retrieveSubscription, donors, recordMessages, clock, report, signal } = deps
  const { failuresInARow = FAILURES_IN_A_ROW } = deps
  /** The state, once the card is in use that the donor saved at Stripe in answer to our mail. */
  const read = async (id: SubscriptionId): Promise<SubscriptionState | null> => {
    const state = await retrieveSubscription(id)
    if (!donors || !state?.newerCard || state.endedAt !== null) return state
    if (!(await hasAskedToChangeCard(pool, id))) return state
    await donors.useCard(id, state.newerCard)
    return retrieveSubscription(id)
  }
  const notices = { ...(donors ? { donors } : {}), ...(recordMessages ? { recordMessages } : {}) }
  const write = (subscription: StaleSubscription, state: SubscriptionState | null): Promise<void> =>
    inTransaction(pool, (tx) => saveReadState(tx, notices, subscription, state, clock()))
  const readOne = async (subscription: StaleSubscription): Promise<UnreadSubscription | null> => {
    const { id } = subscription
    const answer = await read(id).then(
      (state) => ({ state }),
      (error: unknown) => ({ error }),
    )
    if ('error' in answer) return { id, error: answer.error }
    return write(subscription, answer.state).then(
      () => null,
      (error: unknown) => {
        // The database refused this row alone. Any other error concerns all of them.
        if (isDataError(error)) return { id, error }
        throw error
      },
    )
  }
  return async () => {
    const readBefore = new Date(clock().getTime() - READ_AGAIN_MS)
    const stale = await staleSubscriptions(pool, BATCH_SIZE, readBefore, clock())
    let failed = 0
    for (const subscription of stale) {
      const unread = await readOne(subscription)
      failed = unread === null ? 0 : failed + 1
      if (unread === null) continue
      if (signal?.aborted === true) return false
      report(unread)
      await postponeSubscription(pool, subscription.id, clock())
      if (failed >= failuresInARow) return false
    }
    return stale.length === BATCH_SIZE
  }
}

/** A round of background work that keeps the sums of recurring donations. An idle service writes nothing. */
export function agreementFoldRound(pool: pg.Pool): () => Promise<boolean> {
  return async () => {
    if (await agreementsHaveChanged(pool)) await inTransaction(pool, foldAgreements)
    return false
  }
}
