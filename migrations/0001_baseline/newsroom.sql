create table newsroom_profiles (
  id integer generated always as identity primary key,
  in_force_from timestamptz not null,
  name text not null,
  address text not null,
  email text not null,
  timezone text not null,
  legal_status text not null,
  tax_id text,
  fiscal_sponsor text,
  statement text not null,

  constraint newsroom_profiles_legal_status_is_known
    check (legal_status in ('for_profit', 'charity', 'fiscally_sponsored')),
  constraint newsroom_profiles_charity_has_tax_id
    check (legal_status <> 'charity' or tax_id is not null),
  constraint newsroom_profiles_sponsored_names_sponsor
    check (legal_status <> 'fiscally_sponsored' or fiscal_sponsor is not null)
);
comment on table newsroom_profiles is
  'The newsroom''s particulars. Every change of them is a new row, so that a receipt keeps those it was issued with.';

create trigger newsroom_profiles_are_evidence before update or delete or truncate on newsroom_profiles
  for each statement execute function refuse_change();
