create table month_closings (
  month text primary key,
  closed_at timestamptz not null,
  closed_by text not null,
  reconciliation jsonb not null,

  constraint month_closings_month_is_a_month check (month ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])$')
);
comment on table month_closings is 'A month whose figures no longer change.';
comment on column month_closings.reconciliation is
  'The reconciliation as it was when the month was closed. What becomes known later does not change it.';

create trigger month_closings_are_evidence before update or delete or truncate on month_closings
  for each statement execute function refuse_change();

-- A transaction that occurred in a closed month is booked in the open one, with its period.
create function ledger_transactions_leave_closed_months() returns trigger language plpgsql as $$
declare closed text;
begin
  select c.month into closed from month_closings c join added a on to_char(a.booked_on, 'YYYY-MM') = c.month limit 1;
  if found then
    raise exception 'the month % is closed', closed
      using errcode = 'check_violation', constraint = 'ledger_transactions_leave_closed_months';
  end if;
  return null;
end $$;
create trigger ledger_transactions_leave_closed_months after insert on ledger_transactions
  referencing new table as added for each statement execute function ledger_transactions_leave_closed_months();

create table month_sign_offs (
  id bigint generated always as identity primary key,
  month text not null,
  object text not null,
  kind text not null,
  currency text not null,
  amount_minor bigint not null,
  reason text not null,
  signed_off_by text not null,
  signed_off_at timestamptz not null,

  constraint month_sign_offs_month_is_a_month check (month ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])$'),
  constraint month_sign_offs_kind_is_known
    check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'missing_at_stripe', 'missing_here',
      'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment', 'refunded_too_much', 'disputed_too_much',
      'reversed_twice', 'payout_failed', 'payout_not_returned', 'payout_amount_mismatch', 'payout_not_itemisable',
      'payout_items_mismatch', 'payout_item_unknown', 'unprocessed_event')),
  constraint month_sign_offs_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint month_sign_offs_reason_is_given check (length(trim(reason)) >= 3)
);
comment on table month_sign_offs is
  'A difference between the ledger and Stripe that somebody accepted with a reason. It holds for this object, kind and amount: with another amount it is another difference.';
create index month_sign_offs_by_month on month_sign_offs (month);

create trigger month_sign_offs_are_evidence before update or delete or truncate on month_sign_offs
  for each statement execute function refuse_change();
