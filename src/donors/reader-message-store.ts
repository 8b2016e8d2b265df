import { randomUUID } from 'node:crypto'
import { recordAct } from '../access/audit-trail-store.ts'
import type { Queryable } from '../db/database.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import type { ReaderMessage } from './reader-message.ts'

/** Keeps a donor's question and owes the newsroom a mail about it. Call it in a database transaction. */
export async function askNewsroom(
  tx: Queryable,
  { donationId, text, at }: { readonly donationId: string; readonly text: string; readonly at: Date },
): Promise<void> {
  const id = randomUUID()
  await tx.query('insert into reader_messages (id, donation_id, text, written_at) values ($1, $2, $3, $4)', [
    id,
    donationId,
    text,
    at,
  ])
  await putIntoOutbox(tx, [{ kind: 'reader_message', messageKey: `message.${id}`, subject: id }])
  await recordAct(tx, {
    actor: { kind: 'donor' },
    act: 'donor_asked',
    subject: `donation/${donationId}`,
    after: { characters: text.length },
    at,
  })
}

const MESSAGE = `select m.id, m.donation_id as "donationId", m.text, d.donor_name as "donorName", d.donor_email as "donorEmail",
    m.written_at as "writtenAt", m.answered_at as "answeredAt", m.answered_by as "answeredBy"
  from reader_messages m join donations d on d.id = m.donation_id`

export async function readerMessage(db: Queryable, id: string): Promise<ReaderMessage | null> {
  const { rows } = await db.query<ReaderMessage>(`${MESSAGE} where m.id = $1`, [id])
  return rows[0] ?? null
}

/** Questions that wait first, the oldest of them first; then those that were dealt with, the latest first. */
export async function latestReaderMessages(db: Queryable, limit: number): Promise<ReaderMessage[]> {
  const { rows } = await db.query<ReaderMessage>(
    `(${MESSAGE} where m.answered_at is null order by m.written_at, m.id limit $1)
     union all (${MESSAGE} where m.answered_at is not null order by m.written_at desc, m.id limit $1)
     limit $1`,
    [limit],
  )
  return rows
}

/** @returns whether the question still waited */
export async function markAnswered(
  tx: Queryable,
  id: string,
  by: { readonly name: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update reader_messages set answered_at = $2, answered_by = $3 where id = $1 and answered_at is null',
    [id, by.at, by.name],
  )
  return rowCount !== 0
}

/** What a donor asked, for the export of their data. */
export async function messagesOfGifts(
  db: Queryable,
  donationIds: readonly string[],
): Promise<readonly { readonly text: string; readonly writtenAt: Date }[]> {
  const { rows } = await db.query<{ text: string; writtenAt: Date }>(
    `select text, written_at as "writtenAt" from reader_messages where donation_id = any($1::uuid[]) order by written_at, id`,
    [donationIds],
  )
  return rows
}
