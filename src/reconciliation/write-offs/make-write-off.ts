import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { actorName, type Actor } from '../../access/actor.ts'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import type { AuditedAct } from '../../access/audit/audit-trail.ts'
import { localDate } from '../../calendar/local-date.ts'
import { bookingDay, type BookingDay, type Month } from '../../calendar/month.ts'
import { inTransaction, type Queryable } from '../../db/database.ts'
import { Refusal } from '../../http/refusal.ts'
import { closedMonths } from '../../ledger/closing-store.ts'
import { postToLedger } from '../../ledger/ledger-store.ts'
import {
  reversedEntries,
  type LedgerAccount,
  type LedgerEffect,
  type LedgerEntry,
} from '../../ledger/ledger.ts'
import { jsonAmount } from '../../money/money.ts'
import { reconcile } from '../months/month-close-store.ts'
import { reasonFrom } from '../explanations/reason.ts'
import {
  daysOfWriteOff,
  holdingAccounts,
  mayBeWrittenOff,
  stateOf,
  writeOffDay,
  writeOffEntries,
  type WriteOff,
  type WriteOffApproval,
  type WriteOffTarget,
} from './write-off.ts'
import {
  insertDecision,
  insertWriteOff,
  lockObject,
  lockWriteOff,
  standingMinor,
  writeOffsOf,
} from './write-off-store.ts'

export type WriteOffDeps = {
  readonly pool: pg.Pool
  readonly timezone: string
  readonly now: () => Date
  readonly writeOffApproval: WriteOffApproval
}

/** An item that somebody wants to write off. */
export type WriteOffRequest = {
  readonly month: Month
  readonly object: string
  readonly kind: string
  readonly currency: string
  /** The amount that the person saw, in minor units. */
  readonly amountMinor: bigint
  readonly toAccount: WriteOffTarget
  readonly reason: string
}

/**
 * Prepares a write-off, and posts it at once where no second person has to approve it. A form that is sent twice is one
 * write-off.
 * @returns the write-off as it stands then
 * @throws Refusal malformed without a reason, or for a kind that stands on no account; not_found when there is no such
 * item now; conflict when its month is closed, its amount has changed, or it has a write-off already
 */
export async function prepareWriteOff(
  deps: WriteOffDeps,
  request: WriteOffRequest,
  actor: Actor,
): Promise<WriteOff> {
  const { month, object, kind, currency, amountMinor, toAccount } = request
  const reason = reasonFrom(request.reason)
  if (!mayBeWrittenOff(kind))
    throw new Refusal('malformed', 'This item stands on no account: there is nothing to write off.')
  return inTransaction(deps.pool, async (tx) => {
    await lockObject(tx, object)
    const now = deps.now()
    const earlier = (await writeOffsOf(tx, month, now, [object])).find(
      (one) => one.object === object && one.currency === currency && isInForce(one),
    )
    if (earlier) return sameOrRefused(earlier, request, reason, actor)
    const { differences, accepted, closing } = await reconcile(tx, month, now)
    if (closing) throw new Refusal('conflict', `${month} is closed.`)
    const items = [...differences, ...accepted.map((one) => one.difference)]
    const item = items.find((one) => one.object === object && one.kind === kind && one.currency === currency)
    if (!item) throw new Refusal('not_found', 'There is no such reconciling item in this month now.')
    if (item.amountMinor !== amountMinor) throw changed()
    const fromAccount = await holdingAccount(tx, { object, currency, amountMinor }, holdingAccounts[kind])
    const prepared = {
      id: randomUUID(),
      month,
      object,
      kind,
      currency,
      amountMinor,
      fromAccount,
      toAccount,
      reason,
      needsApproval: deps.writeOffApproval === 'second_person',
      preparedBy: actorName(actor),
      preparedAt: now,
    }
    await insertWriteOff(tx, prepared)
    const writeOff: WriteOff = { ...prepared, posted: null, declined: null, reversed: null }
    if (prepared.needsApproval) {
      await record(tx, 'write_off_prepared', writeOff, actor, now)
      return writeOff
    }
    const posted = await post(tx, deps, writeOff, actor, now)
    await record(tx, 'written_off', writeOff, actor, now)
    return posted
  })
}

/** Posts a write-off that waits for it. @throws Refusal as `prepareWriteOff`, and for the person who prepared it */
export async function approveWriteOff(deps: WriteOffDeps, id: string, actor: Actor): Promise<WriteOff> {
  return decide(deps, id, async (tx, writeOff, now) => {
    if (stateOf(writeOff) === 'posted' && writeOff.posted?.by === actorName(actor)) return writeOff
    refuseUnless(writeOff, 'waiting')
    if (writeOff.preparedBy === actorName(actor))
      throw new Refusal('forbidden', 'You prepared this write-off. Somebody else has to approve it.')
    const posted = await post(tx, deps, writeOff, actor, now)
    await record(tx, 'write_off_approved', writeOff, actor, now)
    return posted
  })
}

/** Ends a write-off that waits for approval: nothing is posted. Whoever prepared it may withdraw it so. */
export async function declineWriteOff(
  deps: WriteOffDeps,
  id: string,
  reasonText: string,
  actor: Actor,
): Promise<WriteOff> {
  const reason = reasonFrom(reasonText)
  return decide(deps, id, async (tx, writeOff, now) => {
    if (stateOf(writeOff) === 'declined' && writeOff.declined?.by === actorName(actor)) return writeOff
    refuseUnless(writeOff, 'waiting')
    const declined = { by: actorName(actor), at: now, reason }
    await insertDecision(tx, id, 'declined', declined)
    await record(tx, 'write_off_declined', writeOff, actor, now, reason)
    return { ...writeOff, declined }
  })
}

/** Posts the opposite of a write-off: its item stands again where it stood. */
export async function reverseWriteOff(
  deps: WriteOffDeps,
  id: string,
  reasonText: string,
  actor: Actor,
): Promise<WriteOff> {
  const reason = reasonFrom(reasonText)
  return decide(deps, id, async (tx, writeOff, now) => {
    if (stateOf(writeOff) === 'reversed' && writeOff.reversed?.by === actorName(actor)) return writeOff
    refuseUnless(writeOff, 'posted')
    const closed = await closedMonths(tx)
    const today = localDate(now, deps.timezone)
    // Of a month that is closed it is a prior-period adjustment, so that this month's page names it.
    const [monthEnd = today] = daysOfWriteOff(writeOff.month, writeOff.posted?.at ?? now, deps.timezone)
    await postEntries(tx, writeOff, 'write_off_reversed', bookingDay(monthEnd, today, closed), now)
    const reversed = { by: actorName(actor), at: now, reason }
    await insertDecision(tx, id, 'reversed', reversed)
    await record(tx, 'write_off_reversed', writeOff, actor, now, reason)
    return { ...writeOff, reversed }
  })
}

/** The account on which the whole item stands. */
async function holdingAccount(
  tx: Queryable,
  { object, currency, amountMinor }: Pick<WriteOffRequest, 'object' | 'currency' | 'amountMinor'>,
  candidates: readonly LedgerAccount[],
): Promise<LedgerAccount> {
  for (const account of candidates)
    if ((await standingMinor(tx, { object, currency, account })) === amountMinor) return account
  throw new Refusal(
    'conflict',
    'This item does not stand on one account with its whole amount, so it cannot be written off.',
  )
}

async function decide(
  { pool, now }: WriteOffDeps,
  id: string,
  work: (tx: Queryable, writeOff: WriteOff, now: Date) => Promise<WriteOff>,
): Promise<WriteOff> {
  return inTransaction(pool, async (tx) => {
    const at = now()
    const writeOff = await lockWriteOff(tx, id, at)
    if (!writeOff) throw new Refusal('not_found', 'There is no such write-off.')
    await lockObject(tx, writeOff.object)
    return work(tx, writeOff, at)
  })
}

async function post(
  tx: Queryable,
  deps: WriteOffDeps,
  writeOff: WriteOff,
  actor: Actor,
  now: Date,
): Promise<WriteOff> {
  const closed = await closedMonths(tx)
  const { object, currency, amountMinor, fromAccount: account, month } = writeOff
  if ((await standingMinor(tx, { object, currency, account })) !== amountMinor) throw changed()
  const bookedOn = writeOffDay(month, localDate(now, deps.timezone), closed)
  await postEntries(tx, writeOff, 'written_off', { bookedOn, period: null }, now)
  const posted = { by: actorName(actor), at: now, reason: null }
  await insertDecision(tx, writeOff.id, 'posted', posted)
  return { ...writeOff, posted }
}

async function postEntries(
  tx: Queryable,
  writeOff: WriteOff,
  effect: LedgerEffect & ('written_off' | 'write_off_reversed'),
  day: BookingDay,
  now: Date,
): Promise<void> {
  const written: readonly LedgerEntry[] = writeOffEntries(writeOff)
  const entries = effect === 'written_off' ? written : reversedEntries(written)
  const { id: source, object: clears } = writeOff
  const transaction = {
    id: randomUUID(),
    source,
    effect,
    clears,
    donationId: null,
    occurredAt: now,
    day,
    entries,
  }
  await postToLedger(tx, [transaction], now)
}

async function record(
  tx: Queryable,
  act: AuditedAct,
  writeOff: WriteOff,
  actor: Actor,
  at: Date,
  decisionReason?: string,
): Promise<void> {
  const { id, month, object, kind, currency, amountMinor, toAccount, reason } = writeOff
  const what = { month, object, kind, currency, amount: jsonAmount(amountMinor), toAccount }
  await recordAct(tx, {
    actor,
    act,
    subject: `write-off/${id}`,
    after: { ...what, reason: decisionReason ?? reason },
    at,
  })
}

function isInForce(writeOff: WriteOff): boolean {
  return ['waiting', 'posted'].includes(stateOf(writeOff))
}

function sameOrRefused(earlier: WriteOff, request: WriteOffRequest, reason: string, actor: Actor): WriteOff {
  const isSame =
    earlier.preparedBy === actorName(actor) &&
    earlier.reason === reason &&
    earlier.amountMinor === request.amountMinor &&
    earlier.toAccount === request.toAccount
  if (isSame) return earlier
  throw new Refusal(
    'conflict',
    stateOf(earlier) === 'waiting'
      ? `${earlier.preparedBy} has prepared a write-off of this item already; it waits for approval.`
      : `${earlier.preparedBy} has written this item off already. Reverse that write-off first.`,
  )
}

function refuseUnless(writeOff: WriteOff, needed: 'waiting' | 'posted'): void {
  const state = stateOf(writeOff)
  if (state === needed) return
  throw new Refusal('conflict', STATE_SAYS[state])
}

const STATE_SAYS = {
  waiting: 'This write-off is not posted yet: it waits for approval.',
  posted: 'This write-off is posted already.',
  declined: 'This write-off was declined.',
  reversed: 'This write-off was reversed already.',
} as const

function changed(): Refusal {
  return new Refusal(
    'conflict',
    'The amount of this item has changed since you looked at it. Look again before you write it off.',
  )
}
