import type { Knex } from 'knex'

/**
 * An auditor asks who could get in and when. Staff are marked as removed instead of deleted, tokens expire, and a log
 * that is only added to keeps sign-ins and refusals.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table staff add column removed_at timestamptz;
    comment on column staff.removed_at is 'Since then the person cannot sign in. The row stays, because the log refers to it.';

    alter table staff_sign_in_links add column superseded_at timestamptz;
    comment on column staff_sign_in_links.superseded_at is
      'Since then the unused link no longer works: a newer one was made, or the person was removed.';

    -- Postgres evaluates this default once for the rows that exist: none of their programs stops before a year has passed.
    alter table api_tokens
      add column expires_at timestamptz not null default now() + interval '1 year',
      add column last_used_on date;
    comment on column api_tokens.last_used_on is 'Day in UTC of the last request that it was accepted for.';

    create table authentication_log (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      kind text not null,
      times integer not null default 1,
      staff_id uuid,
      token_id uuid,

      constraint authentication_log_kind_is_known check (kind in (
        'link_asked', 'link_withheld', 'link_printed', 'signed_in', 'signed_out',
        'staff_admitted', 'staff_removed', 'token_created', 'token_revoked',
        'refused_address_unknown', 'refused_link_unknown', 'refused_link_used', 'refused_link_expired',
        'refused_link_superseded', 'refused_staff_removed', 'refused_token_unknown', 'refused_token_revoked',
        'refused_token_expired', 'refused_role_lacking')),
      constraint authentication_log_times_is_positive check (times > 0),
      constraint authentication_log_staff_exists foreign key (staff_id) references staff,
      constraint authentication_log_token_exists foreign key (token_id) references api_tokens
    );
    comment on table authentication_log is
      'A sign-in, a sign-out, a change of who may get in, or refusals of one kind. It holds no secret and no stranger''s address.';
    comment on column authentication_log.times is
      'How often: refusals of one kind for one person or token share a row for some minute, so that a flood writes few rows.';
    create index authentication_log_by_time on authentication_log (at);
    create index authentication_log_by_staff on authentication_log (staff_id, at) where staff_id is not null;
    create trigger authentication_log_is_append_only before update or delete or truncate on authentication_log
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
