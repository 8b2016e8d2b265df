create table receipt_counters (
  year integer primary key,
  last_number bigint not null,

  constraint receipt_counters_start_at_one check (last_number >= 1)
) with (fillfactor = 50);
comment on table receipt_counters is
  'The last number taken in each year. The row is locked while numbers are taken, so that none is skipped.';

create table receipts (
  year integer not null,
  number bigint not null,
  token text not null,
  donation_id uuid not null,
  newsroom_profile_id integer not null,
  currency text not null,
  gross_minor bigint not null,
  given_on date not null,
  issued_at timestamptz not null,
  revision integer not null default 1,
  replaces_year integer,
  replaces_number bigint,

  primary key (year, number),
  constraint receipts_numbers_start_at_one check (number >= 1),
  constraint receipts_one_per_link unique (token),
  constraint receipts_link_is_unguessable check (length(token) >= 22),
  constraint receipts_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint receipts_gross_is_positive check (gross_minor > 0),
  constraint receipts_revisions_start_at_one check (revision >= 1),
  constraint receipts_one_of_each_revision unique (donation_id, revision),
  constraint receipts_later_revision_cites_the_one_before
    check ((revision = 1) = (replaces_number is null) and (replaces_year is null) = (replaces_number is null)),
  constraint receipts_cited_exists foreign key (replaces_year, replaces_number) references receipts (year, number)
);
comment on table receipts is
  'A receipt, numbered per year without a gap. One that is no longer right is voided and replaced by its next revision; none is ever edited.';
comment on column receipts.token is 'Last part of the receipt''s address: whoever knows it can read the receipt.';
comment on column receipts.gross_minor is 'The amount that the receipt states: of a later revision, what is left of the donation.';

-- Partial, because most receipts replace none.
create unique index receipts_replaced_once on receipts (replaces_year, replaces_number)
  where replaces_number is not null;

create function receipts_donation_exists() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a where (select 1 from donations d where d.id = a.donation_id) is null
  ) then
    raise exception 'a receipt refers to an unknown donation'
      using errcode = 'foreign_key_violation', constraint = 'receipts_donation_exists';
  end if;
  return null;
end $$;
create trigger receipts_donation_exists after insert on receipts
  referencing new table as added for each statement execute function receipts_donation_exists();

create function receipts_profile_exists() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a where (select 1 from newsroom_profiles p where p.id = a.newsroom_profile_id) is null
  ) then
    raise exception 'a receipt refers to an unknown newsroom profile'
      using errcode = 'foreign_key_violation', constraint = 'receipts_profile_exists';
  end if;
  return null;
end $$;
create trigger receipts_profile_exists after insert on receipts
  referencing new table as added for each statement execute function receipts_profile_exists();
create trigger receipts_are_evidence before update or delete or truncate on receipts
  for each statement execute function refuse_change();

create table receipt_voidings (
  year integer not null,
  number bigint not null,
  voided_at timestamptz not null,
  reason text not null,

  primary key (year, number),
  constraint receipt_voidings_receipt_exists foreign key (year, number) references receipts (year, number),
  constraint receipt_voidings_reason_is_known
    check (reason in ('refunded', 'dispute_lost', 'bank_returned', 'reversal_undone'))
);
comment on table receipt_voidings is 'When and why a receipt stopped being valid.';
comment on column receipt_voidings.reason is
  'reversal_undone: a refund failed or a dispute was won, so the receipt states too little.';

create trigger receipt_voidings_are_evidence before update or delete or truncate on receipt_voidings
  for each statement execute function refuse_change();

create table receipt_reservations (
  year integer not null,
  number bigint not null,
  payment_intent_id text,
  amount_minor bigint,
  void_mailed boolean not null default false,
  reserved_at timestamptz not null,

  primary key (year, number),
  constraint receipt_reservations_numbers_start_at_one check (number >= 1),
  constraint receipt_reservations_owner_has_an_amount check ((payment_intent_id is null) = (amount_minor is null))
);
comment on table receipt_reservations is
  'Numbers of receipts that were issued and mailed, and then lost with the database. After a backup is restored they are read back from the metadata of Stripe''s payments, so that the same donations get the same numbers. A number is free while receipts lacks it. Without a payment it stands between others, and no payment names it.';
comment on column receipt_reservations.void_mailed is 'The donor was mailed that the receipt is void.';
create index receipt_reservations_by_payment on receipt_reservations (payment_intent_id);

-- Every number up to the last one inserted must be a receipt's or reserved.
create function receipts_leave_no_hole() returns trigger language plpgsql as $$
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
create trigger receipts_leave_no_hole after insert on receipts
  referencing new table as added for each statement execute function receipts_leave_no_hole();
