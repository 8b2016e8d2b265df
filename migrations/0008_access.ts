import type { Knex } from 'knex'

/** Who gets in: staff by mailed link, programs by token. Only hashes of what opens the door are kept. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table staff (
      id uuid primary key,
      email text not null constraint staff_email_is_lower_case check (email = lower(email))
        constraint staff_one_per_email unique,
      role text not null constraint staff_role_is_known check (role in ('viewer', 'finance', 'admin')),
      created_at timestamptz not null default now()
    );
    create table staff_sign_in_links (
      token_hash bytea primary key,
      staff_id uuid not null references staff on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create table staff_sessions (
      key_hash bytea primary key,
      data jsonb not null,
      expires_at timestamptz not null
    );
    create index staff_sessions_by_expiry on staff_sessions (expires_at);
    create table api_tokens (
      id uuid primary key,
      name text not null,
      role text not null constraint api_tokens_role_is_known check (role in ('viewer', 'finance', 'admin')),
      token_hash bytea not null constraint api_tokens_one_per_hash unique,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    );
    -- Counts, not facts: unlogged, so that counting waits for no disk. A crash empties it and nothing is lost.
    create unlogged table rate_limits (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );
    comment on table rate_limits is 'laid out as rate-limiter-flexible reads it';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
