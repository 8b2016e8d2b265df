import type { Knex } from 'knex'

/** A receipt's PDF is made once, and every web process finds it. It shows the donor's name, so it goes when that changes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receipt_pdfs (
      year integer not null,
      number bigint not null,
      content_hash bytea not null,
      pdf bytea not null,
      made_at timestamptz not null default now(),

      primary key (year, number),
      constraint receipt_pdfs_receipt_exists foreign key (year, number) references receipts (year, number)
    );
    comment on table receipt_pdfs is
      'The PDF of a receipt, kept so that it is made once. It is no evidence: it can be deleted, and is made again when somebody asks.';
    comment on column receipt_pdfs.content_hash is
      'Hash of what the PDF was made of. A receipt that shows something else by now has its PDF made again.';

    create function donations_forget_pdfs_of_a_name() returns trigger language plpgsql as $$
    begin
      delete from receipt_pdfs p using receipts r
        where r.donation_id = new.id and (p.year, p.number) = (r.year, r.number);
      return null;
    end $$;
    create trigger donations_forget_pdfs_of_a_name after update of donor_name on donations
      for each row when (old.donor_name is distinct from new.donor_name)
      execute function donations_forget_pdfs_of_a_name();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
