import type { Knex } from 'knex'

/** Verification compares how often and for what an imported donor gave with what the file said. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table imported_gifts add column frequency text, add column article_url text, add column campaign_name text;
    alter table imported_gifts add constraint imported_gifts_frequency_is_known
      check (frequency in ('once', 'monthly', 'yearly')) not valid;
    comment on column imported_gifts.frequency is
      'As the file had it; null in rows that an earlier release wrote, which kept neither the article nor the campaign.';
    create trigger imported_gifts_attribution_is_final before update on imported_gifts for each row
      when ((old.frequency, old.article_url, old.campaign_name) is distinct from (new.frequency, new.article_url, new.campaign_name))
      execute function imported_gifts_are_final();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
