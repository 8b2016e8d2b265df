/** Reads a payout `p` with the bank line `m` that it is matched to. */
export const PAYOUTS_AND_MATCHES = `payouts p
  left join bank_matches m on m.payout_id = p.id and m.kind = 'deposit' and m.ended_at is null`

/**
 * What bank statements say of a payout of `PAYOUTS_AND_MATCHES`. A bank may book a deposit up to five days after
 * Stripe's estimate, so it is missing only where statements cover the day of arrival and the fifth day after it.
 */
export const BANK_STATE = `case when m.id is not null then 'on_statement'
  when p.status <> 'paid' then 'not_expected'
  when (select count(*) from (values (p.arrival_date), (p.arrival_date + 5)) as d(day) where exists (
      select from bank_statements s where p.currency = any(s.currencies) and d.day between s.first_day and s.last_day)) = 2
    then 'missing'
  else 'no_statement' end`
