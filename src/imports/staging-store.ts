import type { Queryable } from '../db/database.ts'
import type { RowNote } from './history-import.ts'
import type { FileGift } from './read-row.ts'

/** A gift with the ids that its donation and its posting will have, so that a batch which is done again makes the same. */
export type GiftToStage = FileGift & { readonly donationId: string; readonly postingId: string }

/** Forgets everything that was read of the file. */
export async function beginStaging(tx: Queryable, importId: string): Promise<void> {
  await tx.query('delete from history_import_staged where import_id = $1', [importId])
  await tx.query('delete from history_import_notes where import_id = $1', [importId])
  await tx.query('update history_imports set rows_read = 0, file_rows = 0, ready = 0 where id = $1', [
    importId,
  ])
}

/** Stores a portion of the file's rows. @param zones of the file's clock and of the newsroom's days */
export async function stageRows(
  tx: Queryable,
  importId: string,
  {
    gifts,
    notes,
    rows,
    zones,
  }: {
    readonly gifts: readonly GiftToStage[]
    readonly notes: readonly RowNote[]
    readonly rows: number
    readonly zones: { readonly file: string; readonly newsroom: string }
  },
): Promise<void> {
  await tx.query({
    name: 'stage-imported-gifts',
    text: `insert into history_import_staged (import_id, row_number, donation_id, posting_id, gift_key, external_id, content_hash, currency,
             gross_minor, given_at, given_on, frequency, article_url, campaign_name, donor_name, donor_email, message, anonymous, payment, former_agreement)
           select $1, g."row", g."donationId", g."postingId", g."giftKey", g."externalId", decode(g.hash, 'hex'), g.currency, g.gross,
             t.given_at, (t.given_at at time zone $4)::date, g.frequency, g."storyUrl", g.campaign, g."donorName", g."donorEmail", g.message,
             g.anonymous, g.payment, g."formerAgreement"
           from json_to_recordset($2::json) as g("row" integer, "donationId" uuid, "postingId" uuid, "giftKey" text, "externalId" text, hash text,
               currency text, gross bigint, "wallClock" text, "offset" text, frequency text, "storyUrl" text, campaign text, "donorName" text,
               "donorEmail" text, message text, anonymous boolean, payment text, "formerAgreement" text)
             cross join lateral (select case when g."offset" is null then g."wallClock"::timestamp at time zone $3
               else (g."wallClock" || g."offset")::timestamptz end as given_at) t`,
    values: [
      importId,
      JSON.stringify(
        gifts.map(({ contentHash, grossMinor, ...gift }) => ({
          ...gift,
          hash: contentHash.toString('hex'),
          gross: String(grossMinor),
        })),
      ),
      zones.file,
      zones.newsroom,
    ],
  })
  await insertNotes(tx, importId, notes)
  await tx.query({
    name: 'count-staged-rows',
    text: `update history_imports set rows_read = rows_read + $2, file_rows = file_rows + $2 where id = $1`,
    values: [importId, rows],
  })
}

async function insertNotes(tx: Queryable, importId: string, notes: readonly RowNote[]): Promise<void> {
  if (notes.length === 0) return
  await tx.query({
    name: 'note-import-rows',
    text: `insert into history_import_notes (import_id, row_number, outcome, reason, heading)
           select $1, n.* from unnest($2::integer[], $3::text[], $4::text[], $5::text[]) as n on conflict do nothing`,
    values: [
      importId,
      notes.map(({ row }) => row),
      notes.map(({ outcome }) => outcome),
      notes.map(({ reason }) => reason),
      notes.map(({ heading }) => heading.slice(0, 200)),
    ],
  })
}

/** Moves staged rows that are no new gifts to the notes. `s` is the staged row. */
const moved = (found: string) => `with found as (${found}), gone as (
    delete from history_import_staged s using found f where s.import_id = $1 and s.row_number = f.row_number)
  insert into history_import_notes (import_id, row_number, outcome, reason)
  select $1, row_number, outcome, reason from found on conflict do nothing`

/** Of several rows with one id the first is the gift. */
const REPEATED = moved(
  `select s.row_number, case when s.content_hash = o.content_hash then 'skipped' else 'problem' end as outcome,
     case when s.content_hash = o.content_hash then 'twice_in_the_file' else 'same_id_twice_in_the_file' end as reason
   from (select *, first_value(row_number) over (partition by gift_key order by row_number) as first_row
         from history_import_staged where import_id = $1) s
     join history_import_staged o on o.import_id = $1 and o.row_number = s.first_row
   where s.row_number > s.first_row`,
)

const IN_ROWS = `s.import_id = $1 and s.row_number <= coalesce($2::integer, s.row_number)`

/** An id that was imported before, with the same content or another; a donor who was erased since stays erased. */
const KNOWN = moved(
  `select s.row_number,
     case when g.content_hash = s.content_hash or g.content_hash is null then 'skipped' else 'problem' end as outcome,
     case when g.content_hash is null then 'donor_erased' when g.content_hash = s.content_hash then 'already_imported'
       else 'same_id_other_content' end as reason
   from history_import_staged s join imported_gifts g on g.gift_key = s.gift_key where ${IN_ROWS}`,
)

/** A payment that our own Stripe account has brought already. */
const FROM_STRIPE = moved(
  `select s.row_number, 'skipped' as outcome, 'already_from_stripe' as reason from history_import_staged s
   where ${IN_ROWS} and s.payment is not null and (
     exists (select from donations d where d.payment_intent_id = s.payment)
     or exists (select from donations d where d.charge_id = s.payment))`,
)

/** The figures of a closed month never change. The caller holds the months open. */
const CLOSED = moved(
  `select s.row_number, 'problem' as outcome, 'month_closed' as reason from history_import_staged s
   where ${IN_ROWS} and to_char(s.given_on, 'YYYY-MM') in (select month from month_closings)`,
)

/** Checks the whole file against itself. */
export async function noteRepeatedRows(tx: Queryable, importId: string): Promise<void> {
  await tx.query(REPEATED, [importId])
}

/** Checks staged rows against what is booked. @param upTo the last row; null: all */
export async function noteRowsThatAreNoNewGifts(
  tx: Queryable,
  importId: string,
  upTo: number | null,
): Promise<void> {
  for (const check of [KNOWN, FROM_STRIPE, CLOSED]) await tx.query(check, [importId, upTo])
}

export async function countReady(tx: Queryable, importId: string): Promise<void> {
  await tx.query(
    `update history_imports set ready = (select count(*) from history_import_staged where import_id = $1) where id = $1`,
    [importId],
  )
}
