import type { Knex } from 'knex'

/** That somebody reviewed a month's sign-offs and write-offs is an act of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_off_reviews (
      id bigint primary key generated always as identity,
      month text not null,
      covers text not null,
      reviewed_by text not null,
      reviewed_at timestamptz not null,

      constraint sign_off_reviews_month_is_a_month check (month ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$')
    );
    comment on table sign_off_reviews is
      'Somebody looked through the accepted exceptions and write-offs of a month. Anything that is done there later needs another review.';
    comment on column sign_off_reviews.covers is
      'How many acts there were and when the last one was, as the reviewer saw them.';
    create index sign_off_reviews_by_month on sign_off_reviews (month, id desc);
    create trigger sign_off_reviews_are_evidence before update or delete or truncate on sign_off_reviews
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
