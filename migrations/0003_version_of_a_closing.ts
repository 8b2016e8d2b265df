import type { Knex } from 'knex'

/** A closed month's record keeps the shape of the release that closed the month, so its row says which shape that is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table month_closings add column record_version integer not null default 1;
    alter table month_closings add constraint month_closings_record_versions_start_at_one
      check (record_version >= 1) not valid;
    comment on column month_closings.record_version is
      'The shape of reconciliation. A release reads the versions that it knows and shows any other as it is stored.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
