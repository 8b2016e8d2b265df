import type { Queryable } from '../db/database.ts'
import { READABLE_BODY } from '../inbox/inbox-store.ts'
import type { OtherPrograms, OtherProgramsSum, OthersRule } from './other-programs.ts'

/** @param firstDay of the month itself: its sums leave out what earlier months show */
export async function otherPrograms(
  db: Queryable,
  { to, asOf }: { readonly to: string; readonly asOf: Date },
  firstDay: string,
): Promise<OtherPrograms> {
  return { rule: await othersRule(db, asOf), movements: await movementsOf(db, firstDay, to, asOf) }
}

/** The months of these days in which other programs moved anything. */
export async function monthsOfOtherPrograms(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ month: string }>(
    `select distinct to_char(booked_on, 'YYYY-MM') as month from ledger_transactions
     where effect in ('concerns_others', 'is_ours_after_all') and booked_on between $1 and $2`,
    [from, to],
  )
  return new Set(rows.map(({ month }) => month))
}

/** What turned out to be ours in a later month than it moved counts there with the opposite sign. */
export async function movementsOf(
  db: Queryable,
  firstDay: string,
  to: string,
  asOf: Date,
): Promise<OtherProgramsSum[]> {
  type Row = Pick<OtherProgramsSum, 'type' | 'product' | 'currency'> &
    Record<'count' | 'gross' | 'fee' | 'net', string>
  const { rows } = await db.query<Row>(
    `with moved as (
       select b.type, b.currency, b.payment_intent_id as payment, b.amount_minor, b.fee_minor, b.net_minor, b.created_at,
         case t.effect when 'concerns_others' then 1 else -1 end as sign
       from ledger_transactions t join balance_transactions b on b.id = t.source
       where (t.effect = 'concerns_others' or t.effect = 'is_ours_after_all'
           and exists (select from ledger_transactions o where o.source = t.source and o.effect = 'concerns_others'))
         and t.posted_at <= $3 and t.booked_on between $1 and $2
     ), span as (
       select min(created_at) - interval '7 days' as begins, max(created_at) + interval '7 days' as ends from moved
     ), invoice_event as (
       select e.type, ${READABLE_BODY} #> '{data,object}' as object
       from span join inbox_events e on e.created_at between span.begins and span.ends
         join inbox_states s on s.inbox_event_id = e.id and s.outcome = 'ignored'
       where e.type in ('invoice.paid', 'invoice_payment.paid')
     ), product as (
       select distinct on (p.object #>> '{payment,payment_intent}') p.object #>> '{payment,payment_intent}' as payment,
         (select string_agg(distinct line #>> '{pricing,price_details,product}', ', ')
          from json_array_elements(case json_typeof(i.object #> '{lines,data}') when 'array' then i.object #> '{lines,data}' end) as line) as product
       from invoice_event p join invoice_event i on i.type = 'invoice.paid' and i.object ->> 'id' = p.object ->> 'invoice'
       where p.type = 'invoice_payment.paid'
     )
     select m.type, p.product, m.currency, sum(m.sign) as count, sum(m.sign * m.amount_minor) as gross,
       sum(m.sign * m.fee_minor) as fee, sum(m.sign * m.net_minor) as net
     from moved m left join product p using (payment)
     group by m.type, p.product, m.currency
     having sum(m.sign) <> 0 or sum(m.sign * m.net_minor) <> 0
     order by m.currency, m.type, p.product`,
    [firstDay, to, asOf],
  )
  return rows.map(({ count, gross, fee, net, ...row }) => ({
    ...row,
    count: BigInt(count),
    grossMinor: BigInt(gross),
    feeMinor: BigInt(fee),
    netMinor: BigInt(net),
  }))
}

/** What was decided last; null when nobody has decided. */
export async function othersRule(db: Queryable, asOf: Date): Promise<OthersRule | null> {
  const { rows } = await db.query<OthersRule>(
    `select is_explained as "isExplained", reason, decided_by as "decidedBy", decided_at as "decidedAt"
     from others_activity_rules where decided_at <= $1 order by id desc limit 1`,
    [asOf],
  )
  return rows[0] ?? null
}

/** Stores a decision; `explainOtherActivity` makes it. */
export async function decideOnOthers(
  db: Queryable,
  { isExplained, reason, decidedBy, decidedAt }: OthersRule,
): Promise<void> {
  await db.query(
    `insert into others_activity_rules (is_explained, reason, decided_by, decided_at) values ($1, $2, $3, $4)`,
    [isExplained, reason, decidedBy, decidedAt.toISOString()],
  )
}
