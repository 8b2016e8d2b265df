import type { Knex } from 'knex'

/**
 * A month's page compares each deposit with the sum of its items, of which a month has as many as gifts. Stripe's
 * transactions never change, so the sum is kept. The previous release leaves it null, and it is then added up as before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts add column items_minor bigint;
    comment on column payouts.items_minor is
      'The net of its items, kept once it is itemised and every item is known. Null: it is added up when it is read.';

    create function payout_items_change_their_sum() returns trigger language plpgsql as $$
    begin
      update payouts set items_minor = null where items_minor is not null and id in (select payout_id from changed);
      return null;
    end $$;
    create trigger payout_items_change_their_sum_when_added after insert on payout_items
      referencing new table as changed for each statement execute function payout_items_change_their_sum();
    create trigger payout_items_change_their_sum_when_removed after delete on payout_items
      referencing old table as changed for each statement execute function payout_items_change_their_sum();

    update payouts p set items_minor = s.minor
    from (
      select i.payout_id, sum(b.net_minor)::bigint as minor
      from payout_items i left join balance_transactions b on b.id = i.balance_transaction_id
      group by 1 having count(*) = count(b.id)
    ) s
    where s.payout_id = p.id and p.itemisation = 'complete';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
