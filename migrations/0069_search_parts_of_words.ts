import type { Knex } from 'knex'

/**
 * Part of a name, an address, a message or a title is found through trigrams, in a table that the fold of the reports
 * keeps: an index on donations itself would slow down every gift.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create extension if not exists pg_trgm').catch((error: unknown) => {
    throw new Error(
      'Searching needs the extension pg_trgm of PostgreSQL. Its files come with postgresql-contrib. The owner of the database may create it; otherwise run "create extension pg_trgm" in it as a superuser, then migrate again.',
      { cause: error },
    )
  })
  await knex.raw(`
    create table report_search_texts (
      donation_id uuid primary key,
      words text not null
    );
    comment on table report_search_texts is
      'What is searched of a donation: its donor, message and story, in lower case. Derived from donations; refolding makes it again.';
    create index report_search_texts_by_part on report_search_texts using gin (words gin_trgm_ops);

    alter table report_queue alter column ledger_transaction_id drop not null, add column donation_id uuid;
    alter table report_queue add constraint report_queue_names_one_thing
      check ((ledger_transaction_id is null) <> (donation_id is null));
    comment on table report_queue is
      'What has not been folded into the tables of reports yet: a posted ledger transaction, or a donation whose donor, message, story or campaign changed. It is short, and without an index, since it is only read from its beginning.';

    create or replace function ledger_transactions_wait_for_reports() returns trigger language plpgsql as $$
    begin
      insert into report_queue (ledger_transaction_id) select id from added;
      return null;
    end $$;
    create function donations_wait_for_reports() returns trigger language plpgsql as $$
    begin
      insert into report_queue (donation_id) values (new.id);
      return null;
    end $$;
    create trigger donations_wait_for_reports after update on donations for each row
      when ((old.donor_name, old.donor_email, old.message, old.article_url, old.article_title, old.campaign_name, old.frequency)
        is distinct from (new.donor_name, new.donor_email, new.message, new.article_url, new.article_title, new.campaign_name, new.frequency))
      execute function donations_wait_for_reports();

    -- What is there already is folded once more, for its words.
    update report_fold_states set folded_to = '00000000-0000-0000-0000-000000000000', filled_at = null;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
