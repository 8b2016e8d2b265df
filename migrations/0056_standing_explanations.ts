import type { Knex } from 'knex'

/** One explanation for whatever movements of a type come, until somebody ends it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table standing_explanations (
      id uuid primary key,
      kind text not null,
      type text not null,
      reason text not null,
      made_by text not null,
      made_at timestamptz not null,

      constraint standing_explanations_kind_is_known check (kind in ('other_stripe_activity', 'unknown_type')),
      constraint standing_explanations_reason_is_given check (length(trim(reason)) >= 10)
    );
    comment on table standing_explanations is
      'An explanation of every reconciling item of one kind and type. Nothing is posted, and the amounts stay shown.';
    comment on column standing_explanations.type is 'Stripe''s type of balance transaction.';
    create trigger standing_explanations_are_evidence before update or delete or truncate on standing_explanations
      for each statement execute function refuse_change();

    create table standing_explanation_ends (
      explanation_id uuid primary key,
      ended_by text not null,
      ended_at timestamptz not null,

      constraint standing_explanation_ends_explanation_exists
        foreign key (explanation_id) references standing_explanations
    );
    comment on table standing_explanation_ends is
      'The end of a standing explanation: items of open months need an explanation again. Closed months stay as they are.';
    create trigger standing_explanation_ends_are_evidence before update or delete or truncate on standing_explanation_ends
      for each statement execute function refuse_change();

    alter table others_activity_rules add column reason text;
    comment on column others_activity_rules.reason is 'Why. Null: nobody was asked for it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
