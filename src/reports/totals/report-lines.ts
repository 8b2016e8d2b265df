import type { LedgerAccount, LedgerEffect } from '../../ledger/ledger.ts'

/**
 * The sums of a line, and of everything that adds lines up. Amounts are in minor units: of the gift's currency up to
 * `cleared_…`, of the settlement currency from `settled_…` on.
 */
export const sumColumns = [
  /** One on the day on which the gift is booked, minus one where it was taken off again. */
  'donations',
  'gross_minor',
  'refunded_minor',
  'disputed_minor',
  /** What of the three above Stripe's balance has confirmed. */
  'cleared_gross_minor',
  'cleared_refunded_minor',
  'cleared_disputed_minor',
  /** The same as it moved Stripe's balance. */
  'settled_gross_minor',
  'settled_refunded_minor',
  'settled_disputed_minor',
  'processing_fee_minor',
  'dispute_fee_minor',
  /** One for a gift whose charge is in no balance transaction yet. */
  'unsettled',
] as const
export type SumColumn = (typeof sumColumns)[number]

/** The columns of `report_lines`, in the order in which `linesSql` selects them. */
export const lineColumns = [
  'donation_id',
  'day',
  'settlement_currency',
  'given_on',
  'currency',
  'frequency',
  'article',
  'campaign',
  'donor',
  ...sumColumns,
] as const

const text = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')

const BOOKINGS = text([
  'donation_succeeded',
  'donation_redated_from',
  'donation_redated_to',
  'imported',
] satisfies LedgerEffect[])

/** A gift's accounts, whose entries are in its own currency. */
const OF_GIFT = text(['donations', 'refunds', 'disputes'] satisfies LedgerAccount[])
/** What a settlement posts in the settlement currency: the amount that moved Stripe's balance is net and fee together. */
const OF_BALANCE = text([
  'stripe_balance',
  'opening_balance',
  'other_programs',
  'stripe_fees',
  'dispute_fees',
] satisfies LedgerAccount[])

/** What a balance transaction `b` settles; null for what is no part of a gift. The same as `balanceKind` says. */
const SETTLES = `case
  when b.type in ('charge', 'payment') then 'gross'
  when b.type = 'adjustment' and b.source ~ '^(dp|du)_' then 'disputed'
  when b.type in ('refund', 'payment_refund', 'refund_failure', 'payment_failure_refund', 'payment_reversal')
    or b.type = 'adjustment' and b.reporting_category in ('refund_failure', 'charge_failure') then 'refunded' end`

const sumOf = (amount: string, where: string, as: SumColumn) =>
  `sum_bigint(${amount}) filter (where ${where}) as ${as}`

const SUMS = [
  sumOf('-sign(minor)::bigint', `account = 'donations'`, 'donations'),
  sumOf('-minor', `account = 'donations'`, 'gross_minor'),
  sumOf('minor', `account = 'refunds'`, 'refunded_minor'),
  sumOf('minor', `account = 'disputes'`, 'disputed_minor'),
  // What a former system took was settled there: nothing of it is open at Stripe.
  sumOf(
    `case account when 'imported_history' then minor else -minor end`,
    `account = 'imported_history' or account = 'stripe_clearing' and settles = 'gross'`,
    'cleared_gross_minor',
  ),
  sumOf('minor', `account = 'stripe_clearing' and settles = 'refunded'`, 'cleared_refunded_minor'),
  sumOf('minor', `account = 'stripe_clearing' and settles = 'disputed'`, 'cleared_disputed_minor'),
  sumOf(
    'minor',
    `account = 'imported_history' or is_of_balance and settles = 'gross'`,
    'settled_gross_minor',
  ),
  sumOf('-minor', `is_of_balance and settles = 'refunded'`, 'settled_refunded_minor'),
  sumOf('-minor', `is_of_balance and settles = 'disputed'`, 'settled_disputed_minor'),
  sumOf('minor', `account = 'stripe_fees' and settles is distinct from 'disputed'`, 'processing_fee_minor'),
  sumOf(
    'minor',
    `account = 'dispute_fees' or account = 'stripe_fees' and settles = 'disputed'`,
    'dispute_fee_minor',
  ),
  sumOf('1', 'is_unsettled', 'unsettled'),
].join(',\n    ')

/**
 * SQL of the lines of donations, derived from the ledger and Stripe's balance transactions; with `lineColumns`. A
 * donation counts on the day of its last booking, and what else belongs to it not before that day.
 * @param donations a condition on the donation `d`
 * @param asOf the parameter of an instant: what was posted or read later is left out
 */
export function linesSql(donations: string, asOf?: string): string {
  const posted = (row: string) => (asOf === undefined ? 'true' : `${row}.posted_at <= ${asOf}`)
  const wasRead = asOf === undefined ? 'true' : `b.read_at <= ${asOf}`
  const columns = 't.id, t.effect, t.source, t.booked_on, t.posted_at'
  return `with gift as materialized (
    select d.id, d.payment_intent_id, d.currency, d.succeeded_on, d.frequency, d.article_url, d.campaign_name,
      hashtextextended(lower(nullif(d.donor_email, '')), 0) as donor,
      case when starts_with(d.payment_intent_id, 'imported:') then d.currency else
        (select min(b.currency) from balance_transactions b
         where b.payment_intent_id = d.payment_intent_id and b.type in ('charge', 'payment') and ${wasRead}) end as settled_in
    from donations d where ${donations}
  ), posting as materialized (
    select g.id as donation_id, ${columns} from gift g join ledger_transactions t on t.donation_id = g.id
    where ${posted('t')}
    union all
    -- A settlement that was posted before its donation names none: its payment leads to the donation.
    select g.id, ${columns}
    from gift g join balance_transactions b on b.payment_intent_id = g.payment_intent_id
      join ledger_transactions t on t.source = b.id and t.donation_id is null
    where ${posted('t')}
  ), booking as materialized (
    select distinct on (donation_id) donation_id, id, booked_on from posting
    where effect in ('donation_succeeded', 'donation_redated_to', 'imported')
    order by donation_id, effect = 'donation_redated_to' desc, posted_at desc, id desc
  ), entry as (
    select g.*, e.account, e.amount_minor as minor, ${SETTLES} as settles,
      case when p.effect in (${BOOKINGS}) then p.booked_on else greatest(p.booked_on, o.booked_on) end as day,
      case when e.account in (${OF_GIFT}) then g.settled_in when e.account = 'stripe_clearing' then b.currency
        else e.currency end as settlement_currency,
      e.account in (${OF_BALANCE}) and e.currency = b.currency as is_of_balance,
      p.id = o.id and e.account = 'donations' and g.settled_in is null as is_unsettled
    from posting p join gift g on g.id = p.donation_id join booking o using (donation_id)
      join ledger_entries e on e.ledger_transaction_id = p.id
      left join balance_transactions b on b.id = p.source
    where e.account in (${OF_GIFT}) or e.account = 'imported_history' or b.id is not null and (e.account = 'stripe_clearing' or e.account in (${OF_BALANCE}))
  ), line as (
    select id as donation_id, day, settlement_currency, succeeded_on as given_on, currency, frequency,
      article_url as article, campaign_name as campaign, donor,
    ${SUMS}
    from entry group by 1, 2, 3, 4, 5, 6, 7, 8, 9
  )
  select ${lineColumns.join(', ')} from line
  where (${sumColumns.join(', ')}) <> (${sumColumns.map(() => '0').join(', ')})`
}
