import type { Knex } from 'knex'

/**
 * Whoever reads somebody's mail must not get in by that alone: staff have a second factor. Their sessions say in which
 * browser they were begun and when they were last used, so that their owner can end them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table staff_totp_secrets (
      staff_id uuid primary key,
      sealed_secret bytea not null,
      last_step bigint not null,
      added_at timestamptz not null,
      last_used_at timestamptz,

      constraint staff_totp_secrets_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table staff_totp_secrets is 'The authenticator app of a member of staff (RFC 6238).';
    comment on column staff_totp_secrets.sealed_secret is
      'AES-256-GCM by the key of the purpose second factors: 12 bytes of nonce, 16 of tag, the secret.';
    comment on column staff_totp_secrets.last_step is 'The time step of the last code that was accepted: it and earlier ones are used up.';

    create table staff_passkeys (
      id uuid primary key,
      staff_id uuid not null,
      credential_id text not null,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null,
      name text not null,
      added_at timestamptz not null,
      last_used_at timestamptz,

      constraint staff_passkeys_one_per_credential unique (credential_id),
      constraint staff_passkeys_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table staff_passkeys is 'A passkey of a member of staff (WebAuthn). It holds no secret.';
    comment on column staff_passkeys.credential_id is 'As the browser names it, base64url.';
    comment on column staff_passkeys.counter is 'How often the authenticator has signed, by its own count; 0 where it does not count.';
    create index staff_passkeys_by_staff on staff_passkeys (staff_id);

    create table staff_recovery_codes (
      code_hash bytea primary key,
      staff_id uuid not null,
      made_at timestamptz not null,
      used_at timestamptz,

      constraint staff_recovery_codes_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table staff_recovery_codes is 'A code that stands in once for a lost second factor. Only its hash is stored.';
    create index staff_recovery_codes_by_staff on staff_recovery_codes (staff_id);

    alter table staff_sessions
      add column last_seen_at timestamptz,
      add column passkey_challenge text,
      add column new_totp_secret bytea;
    comment on column staff_sessions.last_seen_at is 'The last request. Null in rows of an older version.';
    comment on column staff_sessions.passkey_challenge is 'What the next passkey has to sign; taken by the first answer.';
    comment on column staff_sessions.new_totp_secret is 'The sealed secret of an authenticator app that is being set up.';

    alter table authentication_log drop constraint authentication_log_kind_is_known,
      add constraint authentication_log_kind_is_known check (kind in (
        'link_asked', 'link_withheld', 'link_printed', 'second_factor_asked', 'signed_in', 'signed_out',
        'staff_admitted', 'staff_removed', 'token_created', 'token_revoked',
        'refused_address_unknown', 'refused_link_unknown', 'refused_link_used', 'refused_link_expired',
        'refused_link_superseded', 'refused_staff_removed', 'refused_token_unknown', 'refused_token_revoked',
        'refused_token_expired', 'refused_role_lacking',
        'refused_too_many_tries', 'refused_second_factor', 'refused_by_provider')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
