import type { Knex } from 'knex'

/**
 * Numbers of receipts that were issued, mailed and then lost with the database: a restored backup must give them to the
 * same gifts again, and to nobody else. Stripe remembers them, in the metadata of each payment.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receipt_reservations (
      year integer not null,
      number bigint not null constraint receipt_reservations_numbers_start_at_one check (number >= 1),
      payment_intent_id text,
      amount_minor bigint,
      void_mailed boolean not null default false,
      reserved_at timestamptz not null,
      primary key (year, number),
      constraint receipt_reservations_owner_has_an_amount check ((payment_intent_id is null) = (amount_minor is null))
    );
    comment on table receipt_reservations is
      'Free while receipts has no such number. Without a payment: a number between others whose gift nobody remembers.';
    comment on column receipt_reservations.void_mailed is 'a mail has told the donor that it is void';
    create index receipt_reservations_by_payment on receipt_reservations (payment_intent_id);

    create or replace function receipts_leave_no_hole() returns trigger language plpgsql as $$
    declare gap record;
    begin
      select a.year, a.first, a.before into gap
        from (
          select year, min(number) as first, max(number) as last, coalesce((
            select max(r.number) from receipts r where r.year = n.year and r.number < min(n.number)), 0) as before
          from added n group by year) a
        where a.last - a.before <> (
          select count(*) from (
            select r.number from receipts r where r.year = a.year and r.number > a.before and r.number <= a.last
            union
            select s.number from receipt_reservations s where s.year = a.year and s.number > a.before and s.number <= a.last) known)
        limit 1;
      if found then
        raise exception 'receipt numbers of % would have a hole: after % came %', gap.year, gap.before, gap.first
          using errcode = 'check_violation', constraint = 'receipts_leave_no_hole';
      end if;
      return null;
    end $$;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
