import type { Knex } from 'knex'

/**
 * Several sites may share a database, each in a schema of its own. The lock of the audit trail carries the schema, so that
 * the acts of one site do not wait for those of another. In `public` the lock stays what it was.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function audit_trail_extend_chain() returns trigger language plpgsql as $$
    declare latest record;
    begin
      -- One act after the other, until the end of the database transaction: two acts must not follow the same act.
      perform pg_advisory_xact_lock(hashtextextended('audit_trail',
        case tg_table_schema when 'public' then 0 else hashtextextended(tg_table_schema, 0) end));
      select position, hash into latest from audit_trail order by position desc limit 1;
      new.position := coalesce(latest.position, 0) + 1;
      new.previous_hash := coalesce(latest.hash, decode(repeat('00', 32), 'hex'));
      new.hash := sha256(convert_to(jsonb_build_array(
        new.position, to_char(new.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), new.actor_kind, new.actor_id,
        new.actor_name, new.act, new.subject, new.before, new.after, encode(new.previous_hash, 'hex'))::text, 'UTF8'));
      return new;
    end $$;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
