-- Staff sign in by a mailed link, programs by a token. Only hashes of links, sessions and tokens are stored.
create table staff (
  id uuid primary key,
  email text not null,
  role text not null,
  created_at timestamptz not null default now(),

  constraint staff_one_per_email unique (email),
  constraint staff_email_is_lower_case check (email = lower(email)),
  constraint staff_role_is_known check (role in ('viewer', 'finance', 'admin'))
);
comment on table staff is 'A person who may open the finance pages.';

create table staff_sign_in_links (
  token_hash bytea primary key,
  staff_id uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz,

  constraint staff_sign_in_links_belong_to_staff foreign key (staff_id) references staff on delete cascade
);
comment on table staff_sign_in_links is 'A mailed link. It signs in once, until it expires.';

create table staff_sessions (
  key_hash bytea primary key,
  data jsonb not null,
  expires_at timestamptz not null
);
comment on table staff_sessions is 'A browser that is signed in.';
create index staff_sessions_by_expiry on staff_sessions (expires_at);

create table api_tokens (
  id uuid primary key,
  name text not null,
  role text not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,

  constraint api_tokens_one_per_hash unique (token_hash),
  constraint api_tokens_role_is_known check (role in ('viewer', 'finance', 'admin'))
);
comment on table api_tokens is 'A program that may call the API.';

-- Counts are no evidence: unlogged, so that counting waits for no disk. A crash empties the table, and nothing is lost.
create unlogged table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
comment on table rate_limits is 'Requests counted by rate-limiter-flexible, which prescribes these columns.';
