import type { Knex } from 'knex'

/** A closed month keeps a digest of every line of its files, so that a later file can be compared line by line. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table month_export_lines (
      month text not null,
      name text not null,
      digests bigint[] not null,

      primary key (month, name),
      constraint month_export_lines_month_is_a_month check (month ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])$')
    );
    comment on table month_export_lines is
      'A file of a month as it was when the month was closed. Its hash stands in the month''s record.';
    comment on column month_export_lines.digests is
      'Of each line after the headings, in order: the first eight bytes of its SHA-256, as a signed number.';
    create trigger month_export_lines_are_evidence
      before update or delete or truncate on month_export_lines
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
