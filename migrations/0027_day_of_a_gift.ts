import type { Knex } from 'knex'

/** A gift by card counts when the card was charged. What moves its day moves its booking and its receipt. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table donations add column charged_at timestamptz;
    comment on column donations.charged_at is
      'When the card was charged; null while that is not known, for other payment methods, and in rows of earlier releases.';

    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'donation_redated_from', 'donation_redated_to', 'refunded', 'refund_failed',
        'bank_returned', 'dispute_withdrawn', 'dispute_reinstated', 'settled', 'opened', 'concerns_earlier')) not valid;

    alter table receipt_voidings drop constraint receipt_voidings_reason_is_known;
    alter table receipt_voidings add constraint receipt_voidings_reason_is_known
      check (reason in ('refunded', 'dispute_lost', 'bank_returned', 'reversal_undone', 'redated')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
