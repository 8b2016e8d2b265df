import type { Knex } from 'knex'

/** A reader may add to a gift what Stripe takes of it, so that the newsroom nets the whole gift. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table checkouts
      add column covers_fees boolean not null default false,
      add column covered_fee_minor bigint not null default 0,
      add constraint checkouts_covered_fee_is_asked_for
        check (covered_fee_minor = 0 or (covers_fees and covered_fee_minor > 0)) not valid;
    comment on column checkouts.covers_fees is 'Whether the reader asked to cover Stripe''s fee.';
    comment on column checkouts.covered_fee_minor is 'What is charged beside amount_minor, in minor units of the same currency.';

    alter table donations
      add column covered_fee_minor bigint not null default 0,
      add constraint donations_covered_fee_is_part_of_gross
        check (covered_fee_minor = 0 or covered_fee_minor > 0 and covered_fee_minor < gross_minor) not valid;
    comment on column donations.covered_fee_minor is
      'What of gross_minor the reader added to cover Stripe''s fee, in minor units of the same currency.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
