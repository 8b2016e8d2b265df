import type { Knex } from 'knex'

/**
 * `sum(bigint)` adds up in 128 bits and returns a numeric: over thousands of groups of thirteen sums, making these takes
 * most of a report's time. This one adds up bigints as bigints, and fails where a sum is too large for one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create aggregate sum_bigint(bigint) (sfunc = int8pl, stype = bigint, initcond = '0', combinefunc = int8pl, parallel = safe);
    comment on aggregate sum_bigint(bigint) is
      'The sum as a bigint, 0 of no rows; "bigint out of range" where it is too large. Several times as fast as sum(bigint) over many groups.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
