import type { Queryable } from '../db/database.ts'
import type { Money } from '../money/money.ts'
import { QUIET, type AttackMode, type Cause, type Control, type Signals } from './attack-mode.ts'
import type { KeptOut, ProtectionState } from './protection-state.ts'

type StateRow = {
  step: 0 | 1 | 2 | 3
  cause: Cause | null
  armed_at: Date | null
  step_since: Date | null
  calm_since: Date | null
  learned_at: Date | null
  declines_per_paid: number
  paid_share: number
  control: Control
  giving_off_since: Date | null
}

const COLUMNS = `step, cause, armed_at, step_since, calm_since, learned_at, declines_per_paid, paid_share, control,
  giving_off_since`

export async function readProtection(db: Queryable): Promise<ProtectionState> {
  const { rows } = await db.query<StateRow>({
    name: 'read-protection',
    text: `select ${COLUMNS} from protection_state`,
  })
  return stateOf(rows[0])
}

/** The same, locked until the database transaction ends. */
export async function lockProtection(tx: Queryable): Promise<ProtectionState> {
  const { rows } = await tx.query<StateRow>(`select ${COLUMNS} from protection_state for update`)
  return stateOf(rows[0])
}

export async function saveAttackMode(tx: Queryable, mode: AttackMode): Promise<void> {
  await tx.query(
    `update protection_state set step = $1, cause = $2, armed_at = $3, step_since = $4, calm_since = $5,
       learned_at = $6, declines_per_paid = $7, paid_share = $8`,
    [
      mode.step,
      mode.armed?.cause ?? null,
      mode.armed?.since ?? null,
      mode.armed?.stepSince ?? null,
      mode.calmSince,
      mode.learnedAt,
      mode.baseline.declinesPerPaid,
      mode.baseline.paidShare,
    ],
  )
}

export async function saveControl(tx: Queryable, control: Control): Promise<void> {
  await tx.query('update protection_state set control = $1', [control])
}

/** @param offSince null: checkouts are taken */
export async function saveGiving(tx: Queryable, offSince: Date | null): Promise<void> {
  await tx.query('update protection_state set giving_off_since = $1', [offSince])
}

const MINUTE_MS = 60_000

/** What happened lately. Every count reads rows of the last hour alone. */
export async function readSignals(db: Queryable, now: Date): Promise<Signals> {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE_MS)
  const { rows } = await db.query<
    Record<'declines' | 'paid' | 'warnings' | 'opened' | 'maturedPaid', bigint>
  >({
    name: 'read-signals',
    text: `select
        (select count(*) from card_declines where declined_at > $1 and declined_at <= $4) as declines,
        (select count(*) from fraud_warnings where created_at > $2 and created_at <= $4) as warnings,
        count(*) filter (where created_at > $1 and is_paid) as paid,
        count(*) filter (where created_at <= $3) as opened,
        count(*) filter (where created_at <= $3 and is_paid) as "maturedPaid"
      from (select created_at, status in ('succeeded', 'processing') as is_paid from checkouts
            where created_at > $5 and created_at <= $4 and status <> 'created') as recent`,
    values: [ago(10), ago(60), ago(5), now, ago(35)],
  })
  const [row] = rows
  return {
    declines: Number(row?.declines ?? 0n),
    paid: Number(row?.paid ?? 0n),
    fraudWarnings: Number(row?.warnings ?? 0n),
    matured: { opened: Number(row?.opened ?? 0n), paid: Number(row?.maturedPaid ?? 0n) },
  }
}

/**
 * Keeps declined cards. One whose payment bears no mark counts only when a reader has opened a page for a recurring gift of
 * just this amount within the last hour, and is no renewal: those are tried by Stripe, at times that readers do not choose.
 */
export async function insertCardDeclines(
  tx: Queryable,
  declines: readonly {
    readonly declineId: string
    readonly paymentIntentId: string
    readonly isMarked: boolean
    readonly amount: Money | null
    readonly customerId: string | null
    readonly declinedAt: Date
    readonly code: string | null
  }[],
): Promise<void> {
  if (declines.length === 0) return
  await tx.query({
    name: 'insert-card-declines',
    text: `insert into card_declines (id, payment_intent_id, declined_at, code)
           select d.id, d.payment, d.at, d.code
           from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::boolean[], $6::text[], $7::bigint[], $8::text[])
             as d(id, payment, at, code, is_marked, currency, minor, customer)
           where d.is_marked or (
             exists (select from checkouts c where c.created_at > d.at - interval '1 hour'
                       and c.created_at < d.at + interval '1 minute' and c.status = 'open' and c.frequency <> 'once'
                       and c.currency = d.currency and c.amount_minor + coalesce(c.covered_fee_minor, 0) = d.minor)
             and not exists (select from subscriptions s where s.customer_id = d.customer))
           on conflict do nothing`,
    values: [
      declines.map(({ declineId }) => declineId),
      declines.map(({ paymentIntentId }) => paymentIntentId),
      declines.map(({ declinedAt }) => declinedAt.toISOString()),
      declines.map(({ code }) => code),
      declines.map(({ isMarked }) => isMarked),
      declines.map(({ amount }) => amount?.currency ?? null),
      declines.map(({ amount }) => amount?.minor.toString() ?? null),
      declines.map(({ customerId }) => customerId),
    ],
  })
}

/**
 * Remembers that a challenge was answered.
 * @param usedFor a hash of the request, which may be repeated with the same answer
 * @returns false when it was used for another request before
 */
export async function spendChallenge(
  db: Queryable,
  challenge: string,
  usedFor: string,
  expiresAt: Date,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'spend-challenge',
    // The update changes nothing: it makes the row of an earlier, equal request count.
    text: `insert into spent_challenges as s (challenge, used_for, expires_at) values ($1, $2, $3)
           on conflict (challenge) do update set used_for = s.used_for where s.used_for = excluded.used_for`,
    values: [challenge, usedFor, expiresAt.toISOString()],
  })
  return rowCount === 1
}

/** Adds to the counts of an hour. */
export async function addKeptOut(db: Queryable, at: Date, counts: readonly KeptOut[]): Promise<void> {
  await db.query({
    name: 'add-kept-out',
    text: `insert into protection_counts as c (hour, outcome, count)
           select date_trunc('hour', $1::timestamptz), t.outcome, t.count from unnest($2::text[], $3::bigint[]) as t(outcome, count)
           order by t.outcome on conflict (hour, outcome) do update set count = c.count + excluded.count`,
    values: [at.toISOString(), counts.map(({ outcome }) => outcome), counts.map(({ count }) => count)],
  })
}

/** The counts since an instant, whole hours. */
export async function readKeptOut(db: Queryable, since: Date): Promise<KeptOut[]> {
  const { rows } = await db.query<{ outcome: KeptOut['outcome']; count: string }>(
    `select outcome, sum(count)::text as count from protection_counts
     where hour >= date_trunc('hour', $1::timestamptz) group by outcome`,
    [since],
  )
  return rows.map(({ outcome, count }) => ({ outcome, count: Number(count) }))
}

/** Deletes what is no longer needed. @returns how many rows went */
export async function forgetProtection(db: Queryable, now: Date): Promise<number> {
  const { rows } = await db.query<{ gone: bigint }>(
    `with spent as (delete from spent_challenges where expires_at < $1 returning 1),
          declines as (delete from card_declines where declined_at < $1::timestamptz - interval '30 days' returning 1),
          counts as (delete from protection_counts where hour < $1::timestamptz - interval '400 days' returning 1)
     select (select count(*) from spent) + (select count(*) from declines) + (select count(*) from counts) as gone`,
    [now],
  )
  return Number(rows[0]?.gone ?? 0n)
}

function stateOf(row: StateRow | undefined): ProtectionState {
  if (!row) return { mode: QUIET, control: 'automatic', givingOffSince: null }
  const { step, cause, armed_at: since, step_since: stepSince } = row
  const common = {
    calmSince: row.calm_since,
    learnedAt: row.learned_at,
    baseline: { declinesPerPaid: row.declines_per_paid, paidShare: row.paid_share },
  }
  const mode: AttackMode =
    step === 0 || cause === null || since === null || stepSince === null
      ? { ...common, step: 0, armed: null }
      : { ...common, step, armed: { since, stepSince, cause } }
  return { mode, control: row.control, givingOffSince: row.giving_off_since }
}
