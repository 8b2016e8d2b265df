import type { Knex } from 'knex'

/** Staff keep filters of the list of donations under a name, for themselves or for all. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table saved_views (
      id uuid primary key,
      staff_id uuid not null,
      name text not null,
      filters text not null,
      shared boolean not null,
      saved_at timestamptz not null,

      constraint saved_views_belong_to_staff foreign key (staff_id) references staff on delete cascade,
      constraint saved_views_one_per_name unique (staff_id, name),
      constraint saved_views_have_a_name check (name <> '')
    );
    comment on table saved_views is 'Filters of the list of donations under a name.';
    comment on column saved_views.filters is 'The query of the list''s address.';
    comment on column saved_views.shared is 'Everybody who may read donations sees it.';
    create index saved_views_shared on saved_views (lower(name)) where shared;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
