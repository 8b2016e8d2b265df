import type { Knex } from 'knex'

/** The session that starts a subscription names the donor; its invoices may not. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subscriptions add column donor_name text, add column donor_email text;
    comment on column subscriptions.donor_name is
      'As entered on the payment page. With the address it may be erased, together with those of the donations.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
