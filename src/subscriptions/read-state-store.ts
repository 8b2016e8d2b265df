import type { Queryable } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'
import { noticesToMail, type NoticeToMail } from './agreement-detail-store.ts'
import { changeNotices, owedNotices } from './agreement-notices.ts'
import type { SubscriptionState } from './subscription.ts'
import { lockTerms, writeSubscriptionState, type StaleSubscription } from './subscription-store.ts'

/** Who hears of a state that was just read from Stripe. */
export type StateNotices = {
  /** What donors hear. Left out: nothing. */
  readonly donors?: {
    /** How many days before a yearly renewal readers are reminded; null: never. */
    readonly reminderDays: number | null
    /** Puts mails into the outbox, each once. */
    readonly owe: (tx: Queryable, notices: readonly NoticeToMail[]) => Promise<void>
  }
  /** Records what other systems are sent about a state before it is saved. Left out: they are sent nothing. */
  readonly recordMessages?: (
    tx: Queryable,
    read: { readonly id: SubscriptionId; readonly state: SubscriptionState },
    at: Date,
  ) => Promise<void>
}

/**
 * Saves a state that was just read from Stripe, and what the donor and other systems are to hear of it. Call it in a database
 * transaction: all of that commits together. A row that has changed since `subscription` was read stays as it is and stale,
 * because the state may be older than what the row says.
 * @param subscription a version that is empty fits every row, which then stays stale
 * @param state null when Stripe does not know it
 */
export async function saveReadState(
  tx: Queryable,
  { donors, recordMessages }: StateNotices,
  subscription: StaleSubscription,
  state: SubscriptionState | null,
  now: Date,
): Promise<void> {
  const { id, version } = subscription
  const former = await lockTerms(tx, id)
  if (former === null || (version !== '' && version !== former.version)) return
  if (state && recordMessages) await recordMessages(tx, { id, state }, now)
  await writeSubscriptionState(tx, subscription, state, now)
  if (!state || !donors) return
  const owed = [...owedNotices(state, now, donors.reminderDays), ...changeNotices(former, state, now)]
  if (owed.length > 0) await donors.owe(tx, await noticesToMail(tx, id, owed))
}
