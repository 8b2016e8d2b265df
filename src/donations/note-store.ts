import type { Queryable } from '../db/database.ts'

/** What a member of staff wrote about a donation. A note is never changed, only withdrawn. */
export type DonationNote = {
  readonly id: bigint
  readonly text: string
  readonly writtenBy: string
  readonly writtenAt: Date
  readonly withdrawnBy: string | null
  readonly withdrawnAt: Date | null
}

/** Oldest first. */
export async function notesOf(db: Queryable, donationId: string): Promise<DonationNote[]> {
  const { rows } = await db.query<DonationNote>({
    name: 'notes-of',
    text: `select id, text, written_by as "writtenBy", written_at as "writtenAt", withdrawn_by as "withdrawnBy",
             withdrawn_at as "withdrawnAt"
           from donation_notes where donation_id = $1 order by id`,
    values: [donationId],
  })
  return rows
}

/** The latest notes about any gift of a donor, newest first. @param donation the id of one of the gifts */
export async function notesOfDonor(
  db: Queryable,
  donation: string,
  limit: number,
): Promise<(DonationNote & { readonly donationId: string })[]> {
  const { rows } = await db.query<DonationNote & { readonly donationId: string }>({
    name: 'notes-of-donor',
    text: `select n.id, n.text, n.written_by as "writtenBy", n.written_at as "writtenAt", n.withdrawn_by as "withdrawnBy",
             n.withdrawn_at as "withdrawnAt", n.donation_id as "donationId"
           from donation_notes n where n.donation_id in (
             select d.id from donations d
             where d.id = $1 or lower(d.donor_email) = (select lower(o.donor_email) from donations o where o.id = $1))
           order by n.id desc limit $2`,
    values: [donation, limit],
  })
  return rows
}

/** @returns false for an unknown donation */
export async function addNote(
  tx: Queryable,
  note: { readonly donationId: string; readonly text: string; readonly by: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into donation_notes (donation_id, text, written_by, written_at)
     select id, $2, $3, $4 from donations where id = $1`,
    [note.donationId, note.text, note.by, note.at],
  )
  return rowCount !== 0
}

/** @returns false when the donation has no such note, or it is withdrawn already */
export async function withdrawNote(
  tx: Queryable,
  note: { readonly id: bigint; readonly donationId: string; readonly by: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update donation_notes set withdrawn_by = $3, withdrawn_at = $4
     where id = $1 and donation_id = $2 and withdrawn_at is null`,
    [note.id, note.donationId, note.by, note.at],
  )
  return rowCount !== 0
}
