import { inTransaction, openDatabase, type Database, type Queryable } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { ledgerFoldRound } from '../../src/ledger/ledger-fold-worker.ts'
import { fillFiscalYears } from '../../src/reports/totals/fiscal-years-store.ts'
import { fillFromLedger } from '../../src/reports/totals/fill-store.ts'
import { rewriteSearchTexts } from '../../src/reports/totals/fold-store.ts'

/** Three years of gifts up to the end of March 2026: 2,000 stories, three currencies, a donor for every three or four gifts. */
export const LAST_DAY = '2026-03-31'
const DAYS = 1095
/** The newsroom's fiscal year starts in July, as those of many American charities. */
const FISCAL_YEAR_STARTS = 7

/** A number between 0 and 1, the same for the same gift in every run. */
const chance = (seed: number) => `((hashint8extended(n::bigint, ${seed}) & 1048575) / 1048576.0)::float8`

/**
 * Gifts as they lie in a database that has processed them: donations, receipts, ledger, Stripe's balance and payouts, and
 * the kept sums and balances. They are made set by set, and the triggers that check each row rest meanwhile.
 */
export async function makeGifts(
  url: string,
  count: number,
  say: (text: string) => void,
): Promise<{ readonly database: Database; readonly foldSeconds: number }> {
  const log = makeLogger({ level: 'silent' })
  const unhurried = { connectMs: 3_000, lockMs: 0, statementMs: 3_600_000, answerMs: 3_700_000 }
  const database = openDatabase({ url, log, applicationName: 'bench', deadlines: unhurried })
  await migrate(database.knex)
  const { rows: made } = await database.pool.query(
    'select from report_fold_states where filled_at is not null and exists (select from donations)',
  )
  if (made.length > 0) {
    while (await inTransaction(database.pool, (tx) => fillFiscalYears(tx, FISCAL_YEAR_STARTS)));
    while (await inTransaction(database.pool, (tx) => rewriteSearchTexts(tx, 50_000)));
    return { database, foldSeconds: 0 }
  }
  const startedAt = performance.now()
  await inTransaction(database.pool, async (tx) => {
    await tx.query(`set local session_replication_role = replica; set local maintenance_work_mem = '512MB'`)
    const restore = await withoutIndexes(tx, `tablename !~ '^report_'`)
    for (const sql of rows(giftsSql(count))) await tx.query(sql)
    await restore()
  })
  await database.pool.query(`update report_fold_states set filled_at = null`)
  await database.pool.query('vacuum analyze')
  const madeAt = performance.now()
  await inTransaction(database.pool, async (tx) => {
    await tx.query(`set local maintenance_work_mem = '512MB'`)
    // The index of words is built in one piece at the end.
    const restore = await withoutIndexes(tx, `indexname = 'report_search_texts_by_period'`)
    while (await fillFromLedger(tx, 50_000));
    await restore()
  })
  while (await inTransaction(database.pool, (tx) => fillFiscalYears(tx, FISCAL_YEAR_STARTS)));
  const foldBalances = ledgerFoldRound(database.pool, () => new Date())
  while (await foldBalances());
  const foldSeconds = (performance.now() - madeAt) / 1000
  await database.pool.query('vacuum analyze')
  say(
    `  ${count.toLocaleString('en')} gifts were made in ${((madeAt - startedAt) / 1000).toFixed(0)} s and folded in ${foldSeconds.toFixed(0)} s\n`,
  )
  return { database, foldSeconds }
}

/**
 * Drops indexes that keep no constraint, so that tables are filled several times as fast.
 * @returns what makes them again
 */
async function withoutIndexes(tx: Queryable, which: string): Promise<() => Promise<void>> {
  const { rows: indexes } = await tx.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where schemaname = 'public' and ${which} and not exists (select from pg_constraint where conname = indexname)`,
  )
  for (const { name } of indexes) await tx.query(`drop index ${name}`)
  return async () => {
    for (const { definition } of indexes) await tx.query(definition)
  }
}

/** Gifts whose numbers come after those of `count`, given on the last day; nothing of them is folded yet. */
export async function giveMore(tx: Queryable, count: number, more: number): Promise<void> {
  await tx.query('set local session_replication_role = replica')
  const made = rows(giftsSql(count, more)).filter(
    (sql) =>
      !/insert into (newsroom_profiles|receipts|receipt_counts|payout|subscriptions|agreement_|audit|bank_)/.test(
        sql,
      ),
  )
  for (const sql of made) await tx.query(sql)
  await tx.query('set local session_replication_role = origin')
  await tx.query(
    `insert into report_queue (ledger_transaction_id) select t.id from ledger_transactions t join donations d on d.id = t.donation_id
     where d.id > ${idOf(String(count))} order by t.id`,
  )
}

const idOf = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}::bigint), 12, '0'))::uuid`

const giftsSql = (count: number, more = 0) => `create unlogged table bench_gift as
  select n, ${idOf('n')} as id, 'pi_' || md5('pi' || n) as payment,
    timestamptz '${LAST_DAY} 23:00:00Z' - greatest(${count} - n, 0) * interval '1 second' * ${(DAYS * 86_400 - 86_400) / count} as at,
    case when ${chance(1)} < 0.7 then 'usd' when ${chance(1)} < 0.9 then 'eur' else 'gbp' end as currency,
    (array[300, 500, 500, 1000, 1000, 1500, 2500, 5000, 10000])[1 + floor(${chance(2)} * 9)::int]::bigint as gross,
    case when ${chance(3)} < 0.7 then 'once' when ${chance(3)} < 0.98 then 'monthly' else 'yearly' end as frequency,
    case when ${chance(4)} < 0.95 then floor(2000 * ${chance(5)} * ${chance(5)})::int end as story,
    case when ${chance(6)} < 0.4 then floor(30 * ${chance(7)} * ${chance(7)})::int end as campaign,
    floor(${Math.max(1, Math.round(Math.min(count * 0.3, 300_000)))} * ${chance(8)} ^ 1.5)::int as donor,
    ${chance(9)} < 0.02 as is_refunded, ${chance(10)} < 0.002 as is_disputed
  from generate_series(${more === 0 ? 1 : count + 1}, ${count + more}) n`

const DAY = (at: string) => `((${at}) at time zone 'America/New_York')::date`
const RATE = `case currency when 'eur' then 1.08 when 'gbp' then 1.27 else 1 end`
const SETTLED = `round(gross * ${RATE})::bigint`
const FEE = `(round(${SETTLED} * 0.029) + 30)::bigint`
const NAMES = `(array['Ann','Ben','Chloe','Dan','Eva','Finn','Grace','Hana','Ivo','Jun','Kai','Lea','Max','Nia','Otto','Pia','Quinn','Rosa','Sam','Tess'])`
const SURNAMES = `(array['Abbott','Becker','Castillo','Dupont','Eriksen','Fischer','Garcia','Hughes','Ito','Jensen','Kowalski','Lopez','Müller','Novak','Olsen','Peters','Rossi','Schmidt','Tanaka','Weber'])`

function rows(gifts: string): string[] {
  const posting = (
    what: string,
    source: string,
    effect: string,
    clears: string,
    at: string,
    where: string,
  ) => `insert into ledger_transactions (id, source, effect, donation_id, clears, occurred_at, booked_on, posted_at)
    select md5('${what}' || n)::uuid, ${source}, '${effect}', id, ${clears}, ${at}, ${DAY(at)}, ${at} from bench_gift where ${where}`
  const entries = (what: string, sides: string, where: string) => `insert into ledger_entries
    select md5('${what}' || n)::uuid, account, code, minor from bench_gift, lateral (values ${sides}) as side(account, code, minor)
    where minor <> 0 and ${where}`
  const moved = (
    what: string,
    type: string,
    source: string,
    clears: string,
    at: string,
    sign: string,
    fee: string,
    where: string,
  ) => `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
      available_on, source, clears, payment_intent_id, presentment_currency, presentment_minor, exchange_rate, read_at)
    select 'txn_${what}' || n, '${type}', '${type}', 'usd', ${sign}${SETTLED}, ${fee}, ${sign}${SETTLED} - ${fee}, ${at},
      ${at} + interval '2 days', ${source}, ${clears}, payment, nullif(currency, 'usd'),
      case when currency <> 'usd' then ${sign}gross end, case when currency <> 'usd' then ${RATE} end, ${at}
    from bench_gift where ${where}`
  const settled = (sign: string, fee: string) => `('stripe_clearing', currency, -(${sign}gross)),
    ('fx', nullif(currency, 'usd'), ${sign}gross), ('fx', case when currency <> 'usd' then 'usd' end, -(${sign}${SETTLED})),
    ('stripe_balance', 'usd', ${sign}${SETTLED} - ${fee}), ('stripe_fees', 'usd', ${fee})`
  const later = `at + interval '10 days'`
  const refunded = `is_refunded and at < timestamptz '${LAST_DAY}' - interval '12 days'`
  return [
    gifts,
    `analyze bench_gift`,
    `insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, statement)
     values ('epoch', 'The Courier', '1 Press Row', 'desk@courier.example', 'America/New_York', 'for_profit', 'Thank you.')`,
    `insert into donations (id, payment_intent_id, stripe_session_id, charge_id, currency, gross_minor, frequency, article_url, article_title,
       campaign_name, donor_name, donor_email, message, succeeded_at, succeeded_on, status, refunded_minor)
     select id, payment, 'cs_live_' || md5('cs' || n), 'ch_' || md5('ch' || n), currency, gross, frequency,
       'https://courier.example/2025/story-' || story, 'What happened to bridge ' || story, 'campaign-' || campaign,
       (${NAMES})[1 + donor % 20] || ' ' || (${SURNAMES})[1 + donor / 20 % 20] || ' ' || donor, 'reader' || donor || '@mail.example',
       case when n % 20 = 0 then 'Keep going, gift ' || n end, at, ${DAY('at')},
       case when ${refunded} then 'refunded' else 'succeeded' end, case when ${refunded} then gross else 0 end
     from bench_gift`,
    `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
     select extract(year from at), row_number() over (partition by extract(year from at) order by n), md5('token' || n), id,
       (select min(id) from newsroom_profiles), currency, gross, ${DAY('at')}, at from bench_gift`,
    `insert into receipt_counts select year, count(*) from receipts group by year`,
    `insert into refunds (id, donation_id, kind, currency, amount_minor, status, reason, created_at)
     select 're_' || md5('re' || n), id, 'refund', currency, gross, 'succeeded', 'requested_by_customer', ${later} from bench_gift where ${refunded}`,
    `insert into disputes (id, donation_id, currency, amount_minor, status, reason, evidence_due_by, created_at)
     select 'dp_' || md5('dp' || n), id, currency, gross, 'needs_response', 'fraudulent', at + interval '15 days', at + interval '5 days'
     from bench_gift where is_disputed and not is_refunded`,
    moved('c', 'charge', `'ch_' || md5('ch' || n)`, 'payment', 'at', '', FEE, 'true'),
    moved('r', 'refund', `'re_' || md5('re' || n)`, `'re_' || md5('re' || n)`, later, '-', '0', refunded),
    posting('d', 'payment', 'donation_succeeded', 'payment', 'at', 'true'),
    posting('s', `'txn_c' || n`, 'settled', 'payment', 'at', 'true'),
    posting('r', `'re_' || md5('re' || n)`, 'refunded', `'re_' || md5('re' || n)`, later, refunded),
    posting('rs', `'txn_r' || n`, 'settled', `'re_' || md5('re' || n)`, later, refunded),
    entries('d', `('stripe_clearing', currency, gross), ('donations', currency, -gross)`, 'true'),
    entries('s', settled('', FEE), 'code is not null'),
    entries('r', `('refunds', currency, gross), ('stripe_clearing', currency, -gross)`, refunded),
    entries('rs', settled('-', '0'), `${refunded} and code is not null`),
    `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, items_minor, read_at)
     select 'po_' || to_char(week, 'YYYYMMDD'), 'usd', sum(net_minor), 'paid', true, (week + interval '9 days')::date, week + interval '7 days',
       'complete', sum(net_minor), week + interval '9 days'
     from (select date_trunc('week', created_at) as week, net_minor from balance_transactions) b group by week having sum(net_minor) > 0`,
    `insert into payout_items (payout_id, balance_transaction_id)
     select 'po_' || to_char(date_trunc('week', created_at), 'YYYYMMDD'), id from balance_transactions`,
    // Who gave every month or year did so until half a year passed without a gift.
    `insert into subscriptions (stripe_subscription_id, customer_id, status, currency, amount_minor, frequency, article_url, article_title,
       donor_name, donor_email, checkout_id, created_at, started_at, last_paid_at, last_failure_at, current_period_end, ended_at, end_reason, stale, read_at)
     select 'sub_' || md5('sub' || frequency || donor), 'cus_' || md5('cus' || donor), case when ended_at is null then 'active' else 'canceled' end,
       currency, gross, frequency, 'https://courier.example/2025/story-' || story, 'What happened to bridge ' || story,
       (${NAMES})[1 + donor % 20] || ' ' || (${SURNAMES})[1 + donor / 20 % 20] || ' ' || donor, 'reader' || donor || '@mail.example',
       id, first_at, first_at, at, case when donor % 50 = 0 then at + interval '20 days' end, at + every, ended_at,
       case when ended_at is not null then 'cancellation_requested' end, false, at
     from (
       select distinct on (frequency, donor) *, min(at) over (partition by frequency, donor) as first_at,
         case frequency when 'monthly' then interval '1 month' else interval '1 year' end as every,
         case when at < timestamptz '${LAST_DAY}' - case frequency when 'monthly' then interval '6 months' else interval '18 months' end
           then at + interval '3 months' end as ended_at
       from bench_gift where frequency <> 'once' order by frequency, donor, at desc) as agreement`,
    // As the triggers, which rest, and the worker would have kept them.
    `insert into agreement_totals select p.part, p.frequency, p.currency, p.happens_at, p.is_collecting, p.is_ending, p.ends_after, p.is_paused,
       p.resumes_after, p.reason, count(*), sum(p.amount_minor)
     from subscriptions s cross join lateral agreement_parts(s) as p where s.checkout_id is not null group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`,
    `insert into audit_trail (position, at, actor_kind, actor_id, actor_name, act, subject, after, previous_hash, hash)
     select n, at, 'staff', md5('staff' || n % 9)::uuid, 'finance' || n % 9 || '@courier.example',
       (array['refund_requested', 'donation_noted', 'export_made'])[1 + n % 3], 'donation/' || id, '{}', decode(repeat('00', 32), 'hex'), sha256(n::text::bytea)
     from (select row_number() over (order by n) as n, at, id from bench_gift where n % 5 = 0) as act`,
    // The bank shows the deposits of each month but its last one.
    `insert into bank_statements (id, file_hash, file_name, file, format, first_day, last_day, currencies, uploaded_by, uploaded_at)
     select md5('bank' || month)::uuid, sha256(month::text::bytea), to_char(month, 'YYYY-MM') || '.csv', '', 'csv', month::date,
       (month + interval '1 month')::date - 1, '{usd}', 'finance@courier.example', month + interval '1 month'
     from (select distinct date_trunc('month', arrival_date::timestamp) as month from payouts) as deposited
     where month < timestamp '${LAST_DAY}' - interval '40 days'`,
    `insert into bank_lines (bank_statement_id, place, identity, day, currency, amount_minor, description)
     select s.id, row_number() over (partition by s.id order by p.arrival_date), sha256(p.id::bytea), p.arrival_date, p.currency, p.amount_minor,
       'STRIPE TRANSFER ' || p.id
     from payouts p join bank_statements s on p.arrival_date between s.first_day and s.last_day`,
    `insert into bank_matches (bank_line_id, payout_id, kind, rule, matched_by, matched_at)
     select l.id, p.id, 'deposit', 'amount_and_day', 'finance@courier.example', p.created_at
     from bank_lines l join payouts p on l.identity = sha256(p.id::bytea) where l.place > 1`,
    `drop table bench_gift`,
  ]
}
