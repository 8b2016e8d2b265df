import type { Knex } from 'knex'

/** Staff choose to get the figures of each month by mail. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table monthly_report_readers (
      staff_id uuid primary key,
      chosen_at timestamptz not null,

      constraint monthly_report_readers_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table monthly_report_readers is 'Staff who chose the monthly report by mail. Whoever has no row gets none.';
    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
