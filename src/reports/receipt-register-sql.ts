/** What the public check of a receipt says, as `receiptStatus` has it; null for a number without a receipt. */
export const checkedStatus = `case when g.state in ('missing', 'reserved') then null when g.state = 'valid' then 'valid'
  when g.void_reason in ('refunded', 'dispute_lost', 'bank_returned')
    then case g.state when 'replaced' then 'replaced_after_return' else 'returned' end
  else case g.state when 'replaced' then 'replaced' else 'void' end end`

/** The last number of the year `:year` that anything knows of. */
const lastNumber = `greatest(
  coalesce((select last_number from receipt_counters where year = :year), 0),
  coalesce((select max(number) from receipts where year = :year), 0),
  coalesce((select max(number) from receipt_reservations where year = :year), 0))`

/**
 * Every number of the year `:year` from 1 to the last one, or those `between` two numbers, as SQL. A number that no receipt has is `reserved` when it was
 * read back from Stripe after a database was lost, and `missing` otherwise.
 */
export const registerRows = (between: { readonly first: string; readonly last: string } | null = null) => `
  select cast(:year as integer) as year, n.number, r.revision, r.given_on, r.issued_at, r.currency, r.gross_minor, r.donation_id,
    v.voided_at, v.reason as void_reason, r.replaces_year, r.replaces_number,
    a.year as replaced_by_year, a.number as replaced_by_number, s.year is not null as is_recovered,
    case when r.year is null then case when s.year is null then 'missing' else 'reserved' end
         when v.year is null then 'valid' when a.year is null then 'voided' else 'replaced' end as state
  from generate_series(${between?.first ?? '1'}, ${between ? `least(${between.last}, ${lastNumber})` : lastNumber}) as n(number)
    left join receipts r on r.year = :year and r.number = n.number
    left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    left join receipts a on (a.replaces_year, a.replaces_number) = (r.year, r.number)
    left join receipt_reservations s on s.year = :year and s.number = n.number`

/**
 * The proof that the year's numbers are complete: the last one, how many receipts, and the first that are missing. Only where any is
 * missing, the numbers are gone through.
 */
export const registerProof = `
  with last as (select ${lastNumber} as number),
    issued as (select coalesce((select receipts from receipt_counts where year = :year), 0) as count),
    reserved as (select count(*) as count from receipt_reservations s where s.year = :year
      and not exists (select from receipts r where (r.year, r.number) = (s.year, s.number)))
  select last.number as last, issued.count as issued, reserved.count as reserved,
    last.number - issued.count - reserved.count as missing,
    case when last.number = issued.count + reserved.count then '{}' else array(
      select n.number from generate_series(1, last.number) as n(number)
      where not exists (select from receipts r where r.year = :year and r.number = n.number)
        and not exists (select from receipt_reservations s where s.year = :year and s.number = n.number)
      order by n.number limit 100) end as "firstMissing"
  from last, issued, reserved`
