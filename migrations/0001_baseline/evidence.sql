-- What happened is never edited, only added to. A table whose rows are evidence calls this before every change.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation';
end $$;

-- A foreign key looks up one row at a time. Where rows come by the hundred and refer to rows that are never deleted and
-- keep their ids, a trigger on the whole statement checks the same rule and raises the same error:
-- inbox_states_belong_to_an_event, ledger_transactions_donation_exists, ledger_entries_belong_to_a_transaction,
-- receipts_donation_exists, receipts_profile_exists. Its subquery is compared with null because that makes Postgres
-- use the primary key, whatever it knew of the table's size when it planned the query.
