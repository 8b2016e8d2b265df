import type { Queryable } from '../db/database.ts'

/** The last row of the next batch; null when nothing is left. */
export async function endOfBatch(tx: Queryable, importId: string, limit: number): Promise<number | null> {
  const { rows } = await tx.query<{ last: number | null }>(
    `select max(row_number) as last from (
       select row_number from history_import_staged where import_id = $1 order by row_number limit $2) as batch`,
    [importId, limit],
  )
  return rows[0]?.last ?? null
}

/**
 * Makes staged gifts donations: with where they come from, and a posting each from the account of imported history. It
 * writes no receipt, no mail and no message for other systems.
 * @returns how many
 */
export async function bookStaged(tx: Queryable, importId: string, upTo: number, now: Date): Promise<number> {
  const batch = [importId, upTo]
  await tx.query({
    name: 'import-donations',
    text: `insert into donations (id, payment_intent_id, currency, gross_minor, frequency, article_url, campaign_name, donor_name, donor_email,
             message, anonymous, succeeded_at, succeeded_on, created_at)
           select donation_id, gift_key, currency, gross_minor, frequency, article_url, campaign_name, donor_name, donor_email,
             message, anonymous, given_at, given_on, $3
           from history_import_staged where import_id = $1 and row_number <= $2 order by row_number`,
    values: [...batch, now],
  })
  await tx.query({
    name: 'import-gifts',
    text: `insert into imported_gifts (donation_id, import_id, row_number, source, external_id, gift_key, content_hash, currency, gross_minor,
             given_on, frequency, article_url, campaign_name, former_agreement)
           select s.donation_id, s.import_id, s.row_number, i.source, s.external_id, s.gift_key, s.content_hash, s.currency, s.gross_minor,
             s.given_on, s.frequency, s.article_url, s.campaign_name, s.former_agreement
           from history_import_staged s join history_imports i on i.id = s.import_id
           where s.import_id = $1 and s.row_number <= $2 order by s.row_number`,
    values: batch,
  })
  await tx.query({
    name: 'post-imported',
    text: `insert into ledger_transactions (id, source, effect, donation_id, occurred_at, clears, booked_on, posted_at)
           select posting_id, ${SOURCE('donation_id')}, 'imported', donation_id, given_at, ${SOURCE('donation_id')}, given_on, $3
           from history_import_staged where import_id = $1 and row_number <= $2 order by row_number`,
    values: [...batch, now],
  })
  await tx.query({
    name: 'post-imported-entries',
    text: `insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
           select posting_id, e.account, currency, e.sign * gross_minor
           from history_import_staged cross join (values ('imported_history', 1), ('donations', -1)) as e(account, sign)
           where import_id = $1 and row_number <= $2 order by row_number`,
    values: batch,
  })
  const { rowCount } = await tx.query({
    name: 'import-batch-done',
    text: `delete from history_import_staged where import_id = $1 and row_number <= $2`,
    values: batch,
  })
  const gifts = rowCount ?? 0
  await tx.query('update history_imports set imported = imported + $2 where id = $1', [importId, gifts])
  return gifts
}

/** What a posting of an imported gift names as its cause. Its id is never used again, so the same gift may come twice. */
const SOURCE = (donation: string) => `'imported_' || replace(${donation}::text, '-', '')`

/** Why an import cannot be taken back. */
export type Hindrance = 'month_closed' | 'notes' | 'questions' | 'requests'

/** What was built on the gifts of an import; empty: it can be taken back. The caller holds the months open. */
export async function hindrances(tx: Queryable, importId: string): Promise<Hindrance[]> {
  const { rows } = await tx.query<Record<Hindrance, boolean>>(
    `select
       exists (select from imported_gifts g where g.import_id = $1
         and to_char(g.given_on, 'YYYY-MM') in (select month from month_closings)) as month_closed,
       exists (select from donation_notes n join imported_gifts g on g.donation_id = n.donation_id where g.import_id = $1) as notes,
       exists (select from reader_messages m join imported_gifts g on g.donation_id = m.donation_id where g.import_id = $1) as questions,
       exists (select from refund_requests r join imported_gifts g on g.donation_id = r.donation_id where g.import_id = $1)
         or exists (select from donor_erasure_requests r join imported_gifts g on g.donation_id = r.donation_id where g.import_id = $1) as requests`,
    [importId],
  )
  const [found] = rows
  if (!found) return []
  return (Object.keys(found) as Hindrance[]).filter((one) => found[one]) // `keys` loses the names
}

/**
 * Takes some gifts of an import back: posts the opposite of their postings and removes the donations.
 * @returns how many; 0 when none is left
 */
export async function takeBackSome(
  tx: Queryable,
  importId: string,
  limit: number,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `select donation_id as id from imported_gifts where import_id = $1 order by row_number limit $2`,
    [importId, limit],
  )
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return 0
  await tx.query(
    `with gift as (select d.*, gen_random_uuid() as posting_id from donations d where d.id = any($1::uuid[])),
       posted as (
         insert into ledger_transactions (id, source, effect, donation_id, occurred_at, clears, booked_on, posted_at)
         select posting_id, ${SOURCE('id')}, 'import_taken_back', id, $2, ${SOURCE('id')}, succeeded_on, $2 from gift
         returning id, donation_id)
     insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
     select gift.posting_id, e.account, gift.currency, e.sign * gift.gross_minor
     from gift cross join (values ('imported_history', -1), ('donations', 1)) as e(account, sign)`,
    [ids, now],
  )
  await tx.query('delete from report_search_texts where donation_id = any($1::uuid[])', [ids])
  await tx.query('delete from donations where id = any($1::uuid[])', [ids])
  await tx.query('update history_imports set taken_back = taken_back + $2 where id = $1', [
    importId,
    ids.length,
  ])
  return ids.length
}
