import type { Knex } from 'knex'

/** With Adaptive Pricing Stripe charges a reader in the reader's own currency: the donation keeps both amounts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table donations add column presentment_currency text, add column presentment_minor bigint;
    comment on column donations.presentment_minor is
      'What the reader was shown and charged, in minor units of presentment_currency; null if that is the gross.';
    alter table donations
      add constraint donations_presentment_is_whole
        check ((presentment_currency is null) = (presentment_minor is null)) not valid,
      add constraint donations_presentment_currency_is_a_code check (presentment_currency ~ '^[a-z]{3}$') not valid,
      add constraint donations_presentment_is_positive check (presentment_minor > 0) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
