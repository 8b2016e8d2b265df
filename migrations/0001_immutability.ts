import type { Knex } from 'knex'

/** Guards shared by every table that is evidence: what happened is never edited, only added to. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'restrict_violation';
    end $$;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
