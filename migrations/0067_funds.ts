import type { Knex } from 'knex'

/** Campaigns and stories whose gifts are restricted to a purpose. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table restrictions (
      kind text not null,
      key text not null,
      fund text not null,
      marked_at timestamptz not null,

      primary key (kind, key),
      constraint restrictions_kind_is_known check (kind in ('article', 'campaign')),
      constraint restrictions_fund_is_named check (length(trim(fund)) > 0)
    );
    comment on table restrictions is
      'A campaign or a story whose gifts are restricted to the purpose of a fund. Who marked it is in the audit trail.';
    comment on column restrictions.key is 'The campaign''s name or the article''s address, as donations have it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
