import type { Knex } from 'knex'

/** Gifts that a former system took can be imported. They are donations like others, and are marked as what they are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table history_imports (
      id uuid primary key,
      source text not null,
      file_name text not null,
      file_hash bytea not null,
      file bytea,
      mapping json,
      status text not null,
      file_rows integer not null default 0,
      rows_read integer not null default 0,
      ready integer not null default 0,
      imported integer not null default 0,
      taken_back integer not null default 0,
      failure text,
      uploaded_by text not null,
      uploaded_at timestamptz not null,
      started_by text,
      ended_at timestamptz,
      claim uuid,
      claimed_until timestamptz,
      failures integer not null default 0,

      constraint history_imports_status_is_known check (status in ('uploaded', 'checking', 'checked', 'importing', 'imported',
        'cancelled', 'failed', 'taking_back', 'taken_back')),
      constraint history_imports_source_is_a_short_name check (source ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
      constraint history_imports_are_mapped_before_they_are_read check (status in ('uploaded', 'cancelled') or mapping is not null)
    );
    comment on table history_imports is 'A file of gifts that a former system took, and how far its import is.';
    comment on column history_imports.source is 'Which system: givewp, donorbox, or a short name that staff chose.';
    comment on column history_imports.file is 'Removed once the import has ended, and some days after it was left unfinished.';
    comment on column history_imports.mapping is 'Which column says what, as staff chose it.';
    comment on column history_imports.file_rows is 'Rows below the headings.';
    comment on column history_imports.ready is 'Gifts that the check found and that can be imported.';
    comment on column history_imports.failure is 'Why the whole file could not be read, as a code.';
    comment on column history_imports.claim is 'Who works on it: what another worker claims, its former one no longer changes.';
    create index history_imports_latest on history_imports (uploaded_at desc);

    create table history_import_layouts (
      headings_hash bytea primary key,
      mapping json not null,
      chosen_by text not null,
      chosen_at timestamptz not null
    );
    comment on table history_import_layouts is 'The mapping that staff chose for files with these headings.';

    create table history_import_notes (
      import_id uuid not null,
      row_number integer not null,
      outcome text not null,
      reason text not null,
      heading text not null default '',

      primary key (import_id, row_number, reason, heading),
      constraint history_import_notes_import_exists foreign key (import_id) references history_imports,
      constraint history_import_notes_outcome_is_known check (outcome in ('problem', 'skipped'))
    );
    comment on table history_import_notes is 'Why a row of the file is no new gift. It repeats nothing that the row says.';
    comment on column history_import_notes.row_number is 'As a spreadsheet counts: the row of headings is usually 1.';

    create table history_import_staged (
      import_id uuid not null,
      row_number integer not null,
      donation_id uuid not null,
      posting_id uuid not null,
      gift_key text not null,
      external_id text,
      content_hash bytea not null,
      currency text not null,
      gross_minor bigint not null,
      given_at timestamptz not null,
      given_on date not null,
      frequency text not null,
      article_url text,
      campaign_name text,
      donor_name text,
      donor_email text,
      message text,
      anonymous boolean not null,
      payment text,
      former_agreement text,

      primary key (import_id, row_number),
      constraint history_import_staged_import_exists foreign key (import_id) references history_imports,
      constraint history_import_staged_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint history_import_staged_gross_is_positive check (gross_minor > 0),
      constraint history_import_staged_frequency_is_known check (frequency in ('once', 'monthly', 'yearly'))
    );
    comment on table history_import_staged is
      'A gift that was read from a file and is not imported yet. Its row goes in the transaction that makes it a donation.';
    comment on column history_import_staged.gift_key is 'Names the gift in every export: imported:, the source, and its id there or a hash of its row.';
    comment on column history_import_staged.payment is 'The payment''s id in the file: a gift that our own Stripe account has brought is not imported.';
    comment on column history_import_staged.former_agreement is 'The recurring agreement at the former system, as text: none of Stripe''s comes with it.';

    create table imported_gifts (
      donation_id uuid primary key,
      import_id uuid not null,
      row_number integer not null,
      source text not null,
      external_id text,
      gift_key text not null,
      content_hash bytea,
      currency text not null,
      gross_minor bigint not null,
      given_on date not null,
      former_agreement text,

      constraint imported_gifts_one_per_gift unique (gift_key),
      constraint imported_gifts_donation_exists foreign key (donation_id) references donations on delete cascade,
      constraint imported_gifts_import_exists foreign key (import_id) references history_imports,
      constraint imported_gifts_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint imported_gifts_gross_is_positive check (gross_minor > 0)
    );
    comment on table imported_gifts is
      'Where an imported donation comes from. It has no receipt, no Stripe payment and no part in the reconciliation.';
    comment on column imported_gifts.content_hash is
      'SHA-256 of what the row said, so that the same id with other content is noticed; null once the donor is erased.';
    create index imported_gifts_by_import on imported_gifts (import_id, row_number);

    create function imported_gifts_are_final() returns trigger language plpgsql as $$
    begin
      raise exception 'where an imported gift comes from, and its money, are final' using errcode = 'restrict_violation';
    end $$;
    create trigger imported_gifts_are_final before update on imported_gifts for each row
      when ((old.donation_id, old.import_id, old.row_number, old.source, old.external_id, old.gift_key, old.currency, old.gross_minor, old.given_on)
        is distinct from (new.donation_id, new.import_id, new.row_number, new.source, new.external_id, new.gift_key, new.currency, new.gross_minor, new.given_on))
      execute function imported_gifts_are_final();
    create trigger imported_gifts_are_not_emptied before truncate on imported_gifts
      for each statement execute function refuse_change();

    -- A donation that Stripe took stays for ever. One that was imported by mistake goes with its import, and only with it.
    create function donations_go_with_their_import() returns trigger language plpgsql as $$
    begin
      if not exists (select from imported_gifts g join history_imports i on i.id = g.import_id
          where g.donation_id = old.id and i.status = 'taking_back') then
        raise exception 'donations is append-only: delete refused' using errcode = 'restrict_violation';
      end if;
      return old;
    end $$;
    create trigger donations_go_with_their_import before delete on donations
      for each row execute function donations_go_with_their_import();
    create or replace trigger donations_are_never_deleted before truncate on donations
      for each statement execute function refuse_change();
    create function imported_gifts_go_with_their_import() returns trigger language plpgsql as $$
    begin
      if not exists (select from history_imports i where i.id = old.import_id and i.status = 'taking_back') then
        raise exception 'imported_gifts is append-only: delete refused' using errcode = 'restrict_violation';
      end if;
      return old;
    end $$;
    create trigger imported_gifts_go_with_their_import before delete on imported_gifts
      for each row execute function imported_gifts_go_with_their_import();

    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'stripe_clearing',
        'stripe_balance', 'payouts_in_transit', 'bank', 'fx', 'opening_balance', 'stripe_reserve',
        'other_stripe_activity', 'other_programs', 'write_offs', 'other_income', 'other_expenses', 'imported_history')) not valid;
    alter table account_codes drop constraint account_codes_account_is_known;
    alter table account_codes add constraint account_codes_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'stripe_clearing',
        'stripe_balance', 'payouts_in_transit', 'bank', 'fx', 'opening_balance', 'stripe_reserve',
        'other_stripe_activity', 'other_programs', 'write_offs', 'other_income', 'other_expenses', 'imported_history')) not valid;
    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'donation_redated_from', 'donation_redated_to', 'refunded', 'refund_failed',
        'bank_returned', 'dispute_withdrawn', 'dispute_reinstated', 'settled', 'opened', 'concerns_earlier',
        'concerns_others', 'is_ours_after_all', 'arrived', 'arrival_undone', 'written_off', 'write_off_reversed',
        'imported', 'import_taken_back')) not valid;
    comment on table ledger_transactions is 'One effect of one Stripe object, or of one imported gift.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
