import type { Knex } from 'knex'

/**
 * An auditor asks who did what, and whether the answer was edited. Each act carries a hash of itself and of the act
 * before it. The database computes the hashes, so that no program that writes to the table can leave the chain out.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_trail (
      position bigint primary key,
      at timestamptz not null,
      actor_kind text not null,
      actor_id uuid,
      actor_name text,
      act text not null,
      subject text not null,
      before jsonb,
      after jsonb,
      previous_hash bytea not null,
      hash bytea not null,

      constraint audit_trail_position_is_positive check (position > 0),
      constraint audit_trail_actor_kind_is_known check (actor_kind in ('staff', 'token', 'operator', 'service')),
      constraint audit_trail_actor_has_what_its_kind_has check (
        (actor_id is not null) = (actor_kind in ('staff', 'token')) and (actor_name is null) = (actor_kind = 'service')),
      constraint audit_trail_act_is_a_word check (act ~ '^[a-z]+(_[a-z]+)*$'),
      constraint audit_trail_subject_is_a_path check (subject ~ '^[a-z]+(-[a-z]+)*/\\S+$')
    );
    comment on table audit_trail is 'An act of a member of staff, a token, an operator or the service itself.';
    comment on column audit_trail.position is 'The number of the act: 1, 2, 3 … without a gap. The database assigns it.';
    comment on column audit_trail.at is 'When it was done, by the clock of the process that did it.';
    comment on column audit_trail.actor_id is 'The id in staff or api_tokens. Null for an operator and for the service.';
    comment on column audit_trail.actor_name is
      'The address of a member of staff, the name of a token or of an operator, as it was then.';
    comment on column audit_trail.subject is 'What the act is about: donation/ID, month/2026-03, staff/ID.';
    comment on column audit_trail.before is 'What the act replaced. No personal data of donors.';
    comment on column audit_trail.after is 'What the act brought about. No personal data of donors.';
    comment on column audit_trail.previous_hash is 'The hash of the act before this one; 32 zero bytes for the first one.';
    comment on column audit_trail.hash is 'SHA-256 of every other column. The database computes it.';

    -- The same text is composed in src/access/audit-verification-store.ts, which must not trust this function.
    create function audit_trail_extend_chain() returns trigger language plpgsql as $$
    declare latest record;
    begin
      -- One act after the other, until the end of the database transaction: two acts must not follow the same act.
      perform pg_advisory_xact_lock(hashtextextended('audit_trail', 0));
      select position, hash into latest from audit_trail order by position desc limit 1;
      new.position := coalesce(latest.position, 0) + 1;
      new.previous_hash := coalesce(latest.hash, decode(repeat('00', 32), 'hex'));
      new.hash := sha256(convert_to(jsonb_build_array(
        new.position, to_char(new.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), new.actor_kind, new.actor_id,
        new.actor_name, new.act, new.subject, new.before, new.after, encode(new.previous_hash, 'hex'))::text, 'UTF8'));
      return new;
    end $$;
    create trigger audit_trail_extends_its_chain before insert on audit_trail
      for each row execute function audit_trail_extend_chain();
    create trigger audit_trail_is_append_only before update or delete or truncate on audit_trail
      for each statement execute function refuse_change();

    create index audit_trail_by_time on audit_trail (at, position);
    create index audit_trail_by_act on audit_trail (act, at, position);
    create index audit_trail_by_subject on audit_trail (subject, at, position);
    create index audit_trail_by_actor on audit_trail (actor_name, at, position);
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
