import type { Knex } from 'knex'

/** When a dispute took the money and gave it back: an inquiry takes it weeks after it was opened, maybe in another month. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table disputes add column withdrawn_at timestamptz, add column reinstated_at timestamptz;
    comment on column disputes.withdrawn_at is 'when Stripe first took the money; null: not yet';
    comment on column disputes.reinstated_at is 'when Stripe gave it back; null: it did not';

    with posted as (
      select source, min(occurred_at) filter (where effect = 'dispute_withdrawn') as withdrawn_at,
        min(occurred_at) filter (where effect = 'dispute_reinstated') as reinstated_at
      from ledger_transactions where effect in ('dispute_withdrawn', 'dispute_reinstated') group by source
    )
    update disputes p set
      withdrawn_at = case when p.withdrawn then coalesce(t.withdrawn_at, p.created_at) end,
      reinstated_at = case when p.reinstated then coalesce(t.reinstated_at, p.created_at) end
    from disputes q left join posted t on t.source = q.id where q.id = p.id;

    alter table disputes drop column withdrawn, drop column reinstated,
      add constraint disputes_reinstated_was_withdrawn check (reinstated_at is null or withdrawn_at is not null);
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
