import type { Queryable } from '../db/database.ts'
import type { CitedReceipt } from './receipt-numbering.ts'

/** The kept PDF of a receipt; null when none is kept, or when it was made of other content. */
export async function keptPdf(
  db: Queryable,
  { year, number }: CitedReceipt,
  contentHash: Buffer,
): Promise<Buffer | null> {
  const { rows } = await db.query<{ pdf: Buffer }>({
    name: 'kept-receipt-pdf',
    text: `select pdf from receipt_pdfs where year = $1 and number = $2 and content_hash = $3`,
    values: [year, number, contentHash],
  })
  return rows[0]?.pdf ?? null
}

/**
 * Keeps a PDF in place of an older one. A donor who was erased while it was being made stays erased: the donation's row
 * is locked, and the name on the PDF must still be the donation's.
 */
export async function keepPdf(
  db: Queryable,
  { year, number }: CitedReceipt,
  made: { readonly contentHash: Buffer; readonly pdf: Buffer; readonly donorName: string | null },
): Promise<void> {
  await db.query(
    `with donor as (
       select from donations d join receipts r on r.donation_id = d.id
       where r.year = $1 and r.number = $2 and d.donor_name is not distinct from $5 for share of d
     )
     insert into receipt_pdfs (year, number, content_hash, pdf) select $1, $2, $3, $4 from donor
     on conflict (year, number) do update
       set content_hash = excluded.content_hash, pdf = excluded.pdf, made_at = now()`,
    [year, number, made.contentHash, made.pdf, made.donorName],
  )
}
