import type { Queryable } from '../../db/database.ts'
import type { WaitingSum } from './attention-items.ts'
import { BANK_STATE, PAYOUTS_AND_MATCHES } from '../../settlement/payouts/bank-state-sql.ts'

/** Disputes and inquiries that wait for the newsroom's answer. */
export type DisputesToAnswer = {
  readonly count: number
  /** When the first of them must be answered; null: Stripe gives no deadline. */
  readonly firstDueBy: Date | null
  readonly firstDonationId: string | null
}

export async function disputesToAnswer(db: Queryable, now: Date): Promise<DisputesToAnswer> {
  const { rows } = await db.query<{ count: bigint; by: Date | null; donation: string | null }>({
    name: 'disputes-to-answer',
    text: `select count(*) over () as count, evidence_due_by as by, donation_id as donation from disputes
           where status in ('needs_response', 'warning_needs_response')
             and (evidence_due_by is null or evidence_due_by > $1)
           order by evidence_due_by nulls last limit 1`,
    values: [now],
  })
  const [first] = rows
  return {
    count: Number(first?.count ?? 0n),
    firstDueBy: first?.by ?? null,
    firstDonationId: first?.donation ?? null,
  }
}

/** Deposits of the last weeks that did not reach the bank. */
export async function failedPayouts(
  db: Queryable,
  since: string,
): Promise<{ readonly count: number; readonly latestId: string | null }> {
  const { rows } = await db.query<{ count: bigint; id: string }>({
    name: 'failed-payouts',
    text: `select count(*) over () as count, id from payouts
           where arrival_date >= $1 and status in ('failed', 'canceled') order by arrival_date desc, id limit 1`,
    values: [since],
  })
  return { count: Number(rows[0]?.count ?? 0n), latestId: rows[0]?.id ?? null }
}

/** Deposits since a day that Stripe has paid and that no bank statement shows, though statements cover their days. */
export async function depositsNotAtTheBank(db: Queryable, since: string): Promise<WaitingSum> {
  const { rows } = await db.query<SumRow>({
    name: 'deposits-not-at-the-bank',
    text: `select p.currency, count(*) as count, sum(p.amount_minor)::bigint as minor from ${PAYOUTS_AND_MATCHES}
           where p.arrival_date >= $1 and p.status = 'paid' and ${BANK_STATE} = 'missing'
           group by p.currency order by p.currency`,
    values: [since],
  })
  return waitingSum(rows)
}

/** Write-offs that a second person has neither approved nor declined, and the month of the earliest. */
export async function writeOffsToApprove(
  db: Queryable,
): Promise<WaitingSum & { readonly firstMonth: string | null }> {
  const { rows } = await db.query<SumRow & { month: string }>({
    name: 'write-offs-to-approve',
    text: `select w.currency, count(*) as count, sum(abs(w.amount_minor))::bigint as minor, min(w.month) as month
           from write_offs w where not exists (select from write_off_decisions d where d.write_off_id = w.id)
           group by w.currency order by w.currency`,
  })
  return { ...waitingSum(rows), firstMonth: rows.map(({ month }) => month).toSorted()[0] ?? null }
}

type SumRow = { readonly currency: string; readonly count: bigint; readonly minor: bigint }

function waitingSum(rows: readonly SumRow[]): WaitingSum {
  return {
    count: rows.reduce((sum, { count }) => sum + Number(count), 0),
    sums: rows.map(({ currency, minor }) => ({ currency, minor })),
  }
}

/** Tokens that can still be used and expire before the given time. */
export async function expiringTokens(
  db: Queryable,
  before: Date,
): Promise<{ readonly count: number; readonly first: { readonly name: string; readonly by: Date } | null }> {
  const { rows } = await db.query<{ count: bigint; name: string; by: Date }>({
    name: 'expiring-tokens',
    text: `select count(*) over () as count, name, expires_at as by from api_tokens
           where revoked_at is null and expires_at > now() and expires_at < $1 order by expires_at limit 1`,
    values: [before],
  })
  const [first] = rows
  return { count: Number(first?.count ?? 0n), first: first ? { name: first.name, by: first.by } : null }
}

/** Most of what the clearing account holds is explained by Stripe's settlement within days. */
export const SETTLED_DAYS = 10

/** More than so many are not counted. */
const MOST_UNEXPLAINED = 100

/** No explanation that still holds is about every type of its movements. */
const UNEXPLAINED = `not (i.types <> '{}' and i.types <@ array(select e.type from standing_explanations e where not exists (
    select from standing_explanation_ends n where n.explanation_id = e.id)))`

/** By currency, of the kept sums, less what somebody signed off. */
const UNEXPLAINED_SUMS = `
  select currency, sum_bigint(items) as items, sum_bigint(minor) as minor from (
    select currency, items, open_minor as minor from ledger_open_item_sums i
    where ledger_account = 'stripe_clearing' and first_on < $1 and ${UNEXPLAINED}
    union all
    select currency, -1, -abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor) from ledger_open_items i
    where ledger_account = 'stripe_clearing' and first_on < $1 and object in (select object from month_sign_offs) and ${UNEXPLAINED}
  ) as open group by currency having sum_bigint(items) > 0`

/** How many items of the clearing account have been open since before a day, unexplained; up to one more than the most. */
export async function countUnexplained(db: Queryable, before: string): Promise<number> {
  const { rows } = await db.query<{ count: bigint }>({
    name: 'count-unexplained',
    text: `select least(sum_bigint(items), $2) as count from (${UNEXPLAINED_SUMS}) as sums`,
    values: [before, MOST_UNEXPLAINED + 1],
  })
  return Number(rows[0]?.count ?? 0n)
}

/** What the same items amount to in each currency, in minor units without their signs, for /metrics. */
export async function unexplainedAmounts(
  db: Queryable,
  before: string,
): Promise<readonly { readonly currency: string; readonly items: number; readonly minor: bigint }[]> {
  const { rows } = await db.query<{ currency: string; items: number; minor: bigint }>({
    name: 'unexplained-amounts',
    text: `select currency, items::int, minor from (${UNEXPLAINED_SUMS}) as sums order by currency`,
    values: [before],
  })
  return rows
}

/** Entries of the list of supporters that wait for a decision. */
export async function countUndecidedEntries(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ undecided: bigint }>({
    name: 'count-undecided-entries',
    text: `select count(*) as undecided from supporter_entries where decision is null and withdrawn_at is null`,
  })
  return Number(rows[0]?.undecided ?? 0n)
}

/** Questions of donors that wait for an answer. */
export async function countOpenQuestions(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ open: bigint }>({
    name: 'count-open-questions',
    text: `select count(*) as open from reader_messages where answered_at is null and source = 'my'`,
  })
  return Number(rows[0]?.open ?? 0n)
}
