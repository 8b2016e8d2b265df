import type { Knex } from 'knex'

/** Staff and tokens may have the role auditor. Tables of staff and tokens are small, so the checks are made at once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table staff drop constraint staff_role_is_known,
      add constraint staff_role_is_known check (role in ('viewer', 'auditor', 'finance', 'admin'));
    alter table api_tokens drop constraint api_tokens_role_is_known,
      add constraint api_tokens_role_is_known check (role in ('viewer', 'auditor', 'finance', 'admin'));
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
