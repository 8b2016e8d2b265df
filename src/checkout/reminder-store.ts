import type { Queryable } from '../db/database.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'

/** A reader's wish to be reminded once, with the sentence that they agreed to. */
export type NewReminder = {
  readonly checkoutId: string
  readonly email: string
  /** BCP 47: of the sentence. */
  readonly language: string
  readonly consent: string
  readonly at: Date
}

/** Keeps the wish; the same form sent again changes nothing. */
export async function putReminder(db: Queryable, reminder: NewReminder): Promise<void> {
  const { checkoutId, email, language, consent, at } = reminder
  await db.query({
    name: 'put-checkout-reminder',
    text: `insert into checkout_reminders (checkout_id, email, language, consent, consented_at)
           values ($1, $2, $3, $4, $5) on conflict (checkout_id) do nothing`,
    values: [checkoutId, email, language, consent, at],
  })
}

/**
 * A gift of the address since it agreed, or the checkout itself: then nobody is reminded, whenever Stripe's events come. Stripe
 * counts in whole seconds by a clock of its own, so the minute before counts, too.
 */
const GIVEN = `(c.status in ('processing', 'succeeded') or exists (select from donations d
  where lower(d.donor_email) = lower(r.email) and d.succeeded_at > r.consented_at - interval '1 minute'))`

/** Takes away the wishes of addresses whose bank debit settles: the donation is booked only days later. */
export async function dropRemindersTo(tx: Queryable, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return
  await tx.query({
    name: 'drop-reminders-to',
    text: `delete from checkout_reminders where lower(email) in (select lower(address) from unnest($1::text[]) as address)`,
    values: [addresses],
  })
}

/** Takes away the wishes whose readers have given since, and those that are a month old. */
export async function dropSettledReminders(db: Queryable, now: Date): Promise<void> {
  await db.query({
    name: 'drop-settled-reminders',
    text: `delete from checkout_reminders r using checkouts c
            where c.id = r.checkout_id and (${GIVEN} or r.consented_at < $1::timestamptz - interval '30 days')`,
    values: [now],
  })
}

/**
 * Owes a mail to each reader whose payment page has closed: the latest wish of an address alone, and none while the wish of
 * another reminder to it is kept, so that tries of one day or of one month bring one mail. Call it in a database transaction.
 * @returns how many wishes were taken
 */
export async function queueReminders(
  tx: Queryable,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await tx.query<{ id: string; isOnly: boolean }>({
    name: 'queue-reminders',
    text: `update checkout_reminders q set queued_at = $1
             from (select r.checkout_id, not exists (select from checkout_reminders o where lower(o.email) = lower(r.email)
                     and (o.consented_at, o.checkout_id) > (r.consented_at, r.checkout_id))
                   and not exists (select from checkout_reminders s join outbox_messages m on m.message_key = 'reminder.' || s.checkout_id
                     where lower(s.email) = lower(r.email)) as only_one
                     from checkout_reminders r join checkouts c on c.id = r.checkout_id
                    where r.queued_at is null and not ${GIVEN}
                      and r.consented_at > $1::timestamptz - interval '7 days'
                      and coalesce(c.stripe_session_expires_at, c.created_at + interval '1 day') < $1::timestamptz - interval '1 hour'
                    order by r.consented_at limit $2 for update of r skip locked) due
            where q.checkout_id = due.checkout_id returning q.checkout_id as id, due.only_one as "isOnly"`,
    values: [now, limit],
  })
  await putIntoOutbox(
    tx,
    rows.flatMap(({ id, isOnly }) =>
      isOnly ? [{ kind: 'checkout_reminder', messageKey: `reminder.${id}`, subject: id }] : [],
    ),
  )
  return rows.length
}

/** What the mail is sent with, asked right before it is; null once the reader has given, declined or been erased. */
export async function reminderToMail(
  db: Queryable,
  checkoutId: string,
): Promise<Pick<NewReminder, 'email' | 'language'> | null> {
  const { rows } = await db.query<Pick<NewReminder, 'email' | 'language'>>({
    name: 'reminder-to-mail',
    text: `select r.email, r.language from checkout_reminders r join checkouts c on c.id = r.checkout_id
            where r.checkout_id = $1 and r.queued_at is not null and not ${GIVEN}`,
    values: [checkoutId],
  })
  return rows[0] ?? null
}

/** The language of a wish; null when there is none any more. */
export async function languageOfReminder(db: Queryable, checkoutId: string): Promise<string | null> {
  const { rows } = await db.query<{ language: string }>(
    'select language from checkout_reminders where checkout_id = $1',
    [checkoutId],
  )
  return rows[0]?.language ?? null
}

/** The reader does not want to be reminded: every wish of the address goes. */
export async function declineReminders(db: Queryable, checkoutId: string): Promise<void> {
  await db.query(
    `delete from checkout_reminders where lower(email) =
       (select lower(email) from checkout_reminders where checkout_id = $1)`,
    [checkoutId],
  )
}
