import type { Knex } from 'knex'

/** What somebody typed while the session ended must not be lost: it is kept, sealed, until they have signed in again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table staff_unsent_forms (
      staff_id uuid primary key,
      path text not null,
      sealed_fields bytea not null,
      expires_at timestamptz not null,

      constraint staff_unsent_forms_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table staff_unsent_forms is
      'The form that somebody sent when their session had ended. Only they see it, after they have signed in again.';
    comment on column staff_unsent_forms.path is 'Where it was sent to.';
    comment on column staff_unsent_forms.sealed_fields is 'As a browser sends them, encrypted for this person.';
    comment on column staff_unsent_forms.expires_at is 'Rows are deleted when the next form is kept or shown after it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
