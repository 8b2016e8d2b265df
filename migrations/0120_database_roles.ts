import type { Knex } from 'knex'

/** The service need not run as the owner of its tables: other roles get their rights after each migration. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table database_roles (
      role_name text primary key,
      rights text not null,

      constraint database_roles_rights_are_known check (rights in ('app', 'reports'))
    );
    comment on table database_roles is
      'Users of the database who have rights in this schema without owning it. npm run migrate gives them their rights on new tables.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
