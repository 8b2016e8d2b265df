import type { Knex } from 'knex'

/** Receipts: numbered without holes per year, bound to the newsroom's particulars in force when the gift was made. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table newsroom_profiles (
      id integer generated always as identity primary key,
      in_force_from timestamptz not null,
      name text not null,
      address text not null,
      email text not null,
      timezone text not null,
      legal_status text not null constraint newsroom_profiles_legal_status_is_known
        check (legal_status in ('for_profit', 'charity', 'fiscally_sponsored')),
      tax_id text constraint newsroom_profiles_charity_has_tax_id
        check (legal_status <> 'charity' or tax_id is not null),
      fiscal_sponsor text constraint newsroom_profiles_sponsored_names_sponsor
        check (legal_status <> 'fiscally_sponsored' or fiscal_sponsor is not null),
      statement text not null
    );
    create trigger newsroom_profiles_are_evidence before update or delete or truncate on newsroom_profiles
      for each statement execute function refuse_change();

    create table receipt_counters (
      year integer primary key,
      last_number bigint not null constraint receipt_counters_start_at_one check (last_number >= 1)
    ) with (fillfactor = 50);

    create table receipts (
      year integer not null,
      number bigint not null constraint receipts_numbers_start_at_one check (number >= 1),
      token text not null constraint receipts_one_per_link unique
        constraint receipts_link_is_unguessable check (length(token) >= 22),
      donation_id uuid not null constraint receipts_donation_exists references donations,
      newsroom_profile_id integer not null constraint receipts_profile_exists references newsroom_profiles,
      currency text not null,
      gross_minor bigint not null constraint receipts_gross_is_positive check (gross_minor > 0),
      given_on date not null,
      issued_at timestamptz not null,
      primary key (year, number),
      constraint receipts_one_per_donation unique (donation_id)
    );
    create trigger receipts_are_evidence before update or delete or truncate on receipts
      for each statement execute function refuse_change();

    create function receipts_leave_no_hole() returns trigger language plpgsql as $$
    declare gap record;
    begin
      select a.year, a.first, coalesce((
               select max(r.number) from receipts r where r.year = a.year and r.number < a.first), 0) as before
        into gap
        from (select year, min(number) as first, max(number) as last, count(*) as n from added group by year) a
        where a.last - a.first + 1 <> a.n
           or coalesce((select max(r.number) from receipts r where r.year = a.year and r.number < a.first), 0) <> a.first - 1
        limit 1;
      if found then
        raise exception 'receipt numbers of % would have a hole: after % came %', gap.year, gap.before, gap.first
          using errcode = 'check_violation', constraint = 'receipts_leave_no_hole';
      end if;
      return null;
    end $$;
    create trigger receipts_leave_no_hole after insert on receipts
      referencing new table as added for each statement execute function receipts_leave_no_hole();
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
