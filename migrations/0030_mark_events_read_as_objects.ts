import type { Knex } from 'knex'

/** An event in another API version is read as its object: the sync notes when, so that it does so once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table inbox_states add column object_read_at timestamptz;
    comment on column inbox_states.object_read_at is
      'Of an event that is quarantined because of its API version: when its object was read in ours instead.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
