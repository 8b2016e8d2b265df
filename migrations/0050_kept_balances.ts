import type { Knex } from 'knex'

/** Reports and reconciliation read sums and open items that are kept, instead of adding up the ledger each time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_transactions add column posted_xid xid8;
    alter table ledger_transactions alter column posted_xid set default pg_current_xact_id();
    comment on column ledger_transactions.posted_xid is
      'The database transaction that posted it, by which whoever keeps sums knows what is new. Null in rows of earlier releases.';

    create table ledger_account_totals (
      grain text not null,
      starts_on date not null,
      ledger_account text not null,
      currency text not null,
      debit_minor bigint not null,
      credit_minor bigint not null,
      entries bigint not null,

      primary key (grain, starts_on, ledger_account, currency),
      constraint ledger_account_totals_grain_is_known check (grain in ('day', 'month')),
      constraint ledger_account_totals_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    ) with (fillfactor = 70);
    comment on table ledger_account_totals is
      'Debits and credits of an account in a day or month of the books, kept from the ledger up to ledger_fold_states.folded_below.';
    comment on column ledger_account_totals.credit_minor is 'Without its sign.';

    create table ledger_open_items (
      ledger_account text not null,
      object text not null,
      currency text not null,
      events_minor bigint,
      balance_minor bigint,
      written_off_minor bigint not null,
      first_on date not null,
      last_event_at timestamptz,
      last_movement_at timestamptz,
      types text[] not null,
      payment_intent_id text,

      primary key (ledger_account, object, currency),
      constraint ledger_open_items_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint ledger_open_items_account_clears check (ledger_account in ('stripe_clearing', 'payouts_in_transit'))
    ) with (fillfactor = 70);
    comment on table ledger_open_items is
      'Objects whose entries in a clearing account do not sum to zero in a currency, kept from the ledger up to ledger_fold_states.folded_below.';
    comment on column ledger_open_items.object is 'ledger_transactions.clears.';
    comment on column ledger_open_items.events_minor is 'Posted by anything but balance transactions and write-offs; null: nothing was.';
    comment on column ledger_open_items.balance_minor is 'Posted by balance transactions; null: nothing was.';
    comment on column ledger_open_items.first_on is 'The first day of the books on which anything of the object was booked.';
    comment on column ledger_open_items.types is 'Stripe''s types of its balance transactions.';
    create index ledger_open_items_by_day on ledger_open_items (ledger_account, first_on, object, currency);

    create table ledger_fold_states (
      id boolean primary key default true,
      folded_below xid8 not null default '0',
      fill_from date not null default '-infinity',
      filled_at timestamptz,

      constraint ledger_fold_states_is_one_row check (id)
    );
    comment on table ledger_fold_states is 'The one row that whoever folds the ledger into the kept tables locks.';
    comment on column ledger_fold_states.folded_below is
      'What database transactions before this one posted is in the kept tables, once these are filled.';
    comment on column ledger_fold_states.fill_from is
      'Of what earlier releases had posted, days before this one are in the kept tables.';
    comment on column ledger_fold_states.filled_at is
      'When all that earlier releases had posted was in the kept tables. Until then nobody reads them.';
    insert into ledger_fold_states default values;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
