import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import type { Config } from '../../config/config.ts'
import type { Queryable } from '../../db/database.ts'
import { putIntoOutbox } from '../../outbox/outbox-store.ts'
import { putMessages, wantedEvents } from '../../webhooks/webhook-message-store.ts'
import type { MessageSource, ReaderMessage } from './reader-message.ts'

/** Whether each message also goes to the newsroom's own address. */
export type MessageMail = Config['messageMail']

type NewMessage = {
  readonly donationId: string
  readonly text: string
  readonly at: Date
  readonly messageMail: MessageMail
}

/** Keeps a donor's question. Call it in a database transaction. */
export async function askNewsroom(tx: Queryable, message: NewMessage): Promise<void> {
  await keepMessage(tx, { ...message, id: randomUUID(), source: 'my' })
  await recordAct(tx, {
    actor: { kind: 'donor' },
    act: 'donor_asked',
    subject: `donation/${message.donationId}`,
    after: { characters: message.text.length },
    at: message.at,
  })
}

/**
 * Keeps what a donor wrote, owes the newsroom a mail about it where it wants one, and other systems an event. Neither holds the
 * text: it is looked up when they are sent. Call it in a database transaction.
 * @returns false when a message with this id is kept already
 */
export async function keepMessage(
  tx: Queryable,
  message: NewMessage & { readonly id: string; readonly source: MessageSource },
): Promise<boolean> {
  const { id, donationId, text, source, at, messageMail } = message
  const { rowCount } = await tx.query(
    `insert into reader_messages (id, donation_id, text, source, written_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [id, donationId, text, source, at],
  )
  if (rowCount !== 1) return false
  if (messageMail === 'at_once')
    await putIntoOutbox(tx, [{ kind: 'reader_message', messageKey: `message.${id}`, subject: id }])
  if ((await wantedEvents(tx)).has('message.received')) {
    const data = { id, source, donationId, receivedAt: at.toISOString() }
    await putMessages(tx, [{ type: 'message.received', subject: id, data }], {
      recordedAt: at,
      newId: randomUUIDv7,
    })
  }
  return true
}

/**
 * Keeps the messages that came with gifts since a time, each under the id of its gift. Call it in a database transaction.
 * @returns how many gifts were looked at
 */
export async function takeGiftMessages(
  tx: Queryable,
  asked: {
    readonly since: Date
    readonly at: Date
    readonly limit: number
    readonly messageMail: MessageMail
  },
): Promise<number> {
  const { rows } = await tx.query<{ id: string; text: string; givenAt: Date }>({
    name: 'gift-messages-to-take',
    text: `select d.id, d.message as text, d.succeeded_at as "givenAt" from donations d
            where d.message is not null and d.succeeded_at >= $1 and not exists (select from reader_messages m where m.id = d.id)
            order by d.succeeded_at limit $2 for update of d skip locked`,
    values: [asked.since, asked.limit],
  })
  for (const { id, text, givenAt } of rows)
    await keepMessage(tx, { ...asked, id, donationId: id, text, source: 'gift', at: givenAt })
  return rows.length
}

/** The gift that a checkout of a reader led to; null while none is booked. */
export async function giftOfCheckout(
  db: Queryable,
  checkoutId: string,
): Promise<{ readonly donationId: string; readonly isAnonymous: boolean } | null> {
  const { rows } = await db.query<{ donationId: string; isAnonymous: boolean }>({
    name: 'gift-of-checkout',
    text: `select d.id as "donationId", d.anonymous as "isAnonymous" from checkouts c
             join lateral (
               (select id, anonymous, succeeded_at from donations
                 where stripe_session_id = c.stripe_session_id and donor_erased_at is null)
               union all
               (select id, anonymous, succeeded_at from donations
                 where checkout_id = c.id and stripe_subscription_id is not null and donor_erased_at is null)
               order by succeeded_at, id limit 1) d on true
            where c.id = $1`,
    values: [checkoutId],
  })
  return rows[0] ?? null
}

/** Whether the donor has written on the page after paying, or agreed to be listed there. */
export async function hasWrittenAfter(db: Queryable, donationId: string): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>({
    name: 'has-written-after-gift',
    text: `select exists (select from reader_messages where donation_id = $1 and source = 'thank_you')
               or exists (select from supporter_entries where donation_id = $1) as has`,
    values: [donationId],
  })
  return rows[0]?.has ?? false
}

const MESSAGE = `select m.id, m.donation_id as "donationId", m.source, m.text, d.donor_name as "donorName", d.donor_email as "donorEmail",
    m.written_at as "writtenAt", m.answered_at as "answeredAt", m.answered_by as "answeredBy"
  from reader_messages m join donations d on d.id = m.donation_id`

export async function readerMessage(db: Queryable, id: string): Promise<ReaderMessage | null> {
  const { rows } = await db.query<ReaderMessage>(`${MESSAGE} where m.id = $1`, [id])
  return rows[0] ?? null
}

/** Questions that wait first, the oldest of them first; then what was dealt with or asks for no answer, the latest first. */
export async function latestReaderMessages(db: Queryable, limit: number): Promise<ReaderMessage[]> {
  const { rows } = await db.query<ReaderMessage>(
    `(${MESSAGE} where m.answered_at is null and m.source = 'my' order by m.written_at, m.id limit $1)
     union all (${MESSAGE} where (m.answered_at is not null or m.source <> 'my') order by m.written_at desc, m.id limit $1)
     limit $1`,
    [limit],
  )
  return rows
}

/** What donors wrote on a day of the newsroom, in its order; what was erased is left out. */
export async function messagesOfDay(
  db: Queryable,
  { day, timezone, limit }: { readonly day: string; readonly timezone: string; readonly limit: number },
): Promise<{ readonly messages: readonly ReaderMessage[]; readonly count: number }> {
  const { rows } = await db.query<ReaderMessage & { readonly count: bigint }>(
    `select *, count(*) over () as count from (${MESSAGE}
       where m.written_at >= $1::date::timestamp at time zone $2 and m.written_at < ($1::date + 1)::timestamp at time zone $2
         and m.text <> '') of_day
     order by "writtenAt", id limit $3`,
    [day, timezone, limit],
  )
  return { messages: rows, count: Number(rows[0]?.count ?? 0n) }
}

/** Owes the newsroom the e-mail about a day, once, if somebody wrote on it. Call it in a database transaction. */
export async function oweMessageDigest(
  tx: Queryable,
  asked: { readonly day: string; readonly timezone: string },
): Promise<void> {
  const { count } = await messagesOfDay(tx, { ...asked, limit: 1 })
  if (count > 0)
    await putIntoOutbox(tx, [
      { kind: 'message_digest', messageKey: `messages.${asked.day}`, subject: asked.day },
    ])
}

/** @returns whether the question still waited */
export async function markAnswered(
  tx: Queryable,
  id: string,
  by: { readonly name: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "update reader_messages set answered_at = $2, answered_by = $3 where id = $1 and source = 'my' and answered_at is null",
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
