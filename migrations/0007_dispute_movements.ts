import type { Knex } from 'knex'

/** Stripe may reinstate a part of a dispute, or withdraw it again: each movement counts, not only the first two times. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table dispute_movements (
      dispute_id text not null,
      direction text not null,
      place integer not null,
      currency text not null,
      amount_minor bigint not null,
      moved_at timestamptz not null,

      primary key (dispute_id, direction, place),
      constraint dispute_movements_dispute_exists foreign key (dispute_id) references disputes,
      constraint dispute_movements_direction_is_known check (direction in ('withdrawn', 'reinstated')),
      constraint dispute_movements_places_start_at_one check (place >= 1),
      constraint dispute_movements_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint dispute_movements_sign_is_the_direction check (sign(amount_minor) = case direction when 'withdrawn' then -1 else 1 end)
    );
    comment on table dispute_movements is
      'Money of a dispute that Stripe withdrew or reinstated. A dispute without rows was stored by an earlier release: its two times count for its whole amount.';
    comment on column dispute_movements.place is 'Place among the movements of the dispute in this direction, from 1.';
    comment on column dispute_movements.amount_minor is 'In the donation''s currency: negative when withdrawn.';
    comment on column disputes.withdrawn_at is 'When Stripe first withdrew money; null before that. The movements say how much is gone.';
    comment on column disputes.reinstated_at is 'When Stripe first reinstated money; null if it did not.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
