import type { Queryable } from '../../db/database.ts'
import { forgetDonorInImports } from '../../imports/import-store.ts'

/** A donor: the gifts of one e-mail address, or a single gift without one. */
export type DonorGifts = {
  readonly email: string | null
  readonly name: string | null
  readonly donationIds: readonly string[]
  /** Agreements that have not ended, by Stripe's ids. */
  readonly activeSubscriptions: readonly string[]
  readonly lastGiftAt: Date
}

/**
 * The donor of a gift; null for an unknown gift and for one whose donor was erased. Upper and lower case are one address.
 * Locked, so that nobody else erases or corrects the donor meanwhile.
 */
export async function lockDonorOf(tx: Queryable, donationId: string): Promise<DonorGifts | null> {
  const { rows } = await tx.query<{
    id: string
    name: string | null
    email: string | null
    subscription: string | null
    givenAt: Date
  }>(
    `select d.id, d.donor_name as name, d.donor_email as email, d.stripe_subscription_id as subscription,
       d.succeeded_at as "givenAt"
     from donations d
     where d.donor_erased_at is null and (d.id = $1 or lower(d.donor_email) =
       (select lower(donor_email) from donations where id = $1 and donor_erased_at is null))
     order by d.id for update`,
    [donationId],
  )
  const asked = rows.find(({ id }) => id === donationId)
  if (!asked) return null
  const agreements = await tx.query<{ id: string }>(
    `select stripe_subscription_id as id from subscriptions
     where ended_at is null and (stripe_subscription_id = any($1::text[]) or lower(donor_email) = lower($2))
     order by 1`,
    [rows.flatMap(({ subscription }) => subscription ?? []), asked.email],
  )
  const latest = rows.toSorted((a, b) => b.givenAt.getTime() - a.givenAt.getTime())
  return {
    email: asked.email,
    name: latest.find(({ name }) => name !== null)?.name ?? null,
    donationIds: rows.map(({ id }) => id),
    activeSubscriptions: agreements.rows.map(({ id }) => id),
    lastGiftAt: latest[0]?.givenAt ?? asked.givenAt,
  }
}

/** A gift of the address, so that the donor can be asked for by it; null when there is none. */
export async function giftOfAddress(db: Queryable, email: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    'select id from donations where lower(donor_email) = lower($1) order by succeeded_at desc, id limit 1',
    [email],
  )
  return rows[0]?.id ?? null
}

/** The donor's agreements as the service keeps them. */
export async function subscriptionsOfDonor(db: Queryable, donor: DonorGifts): Promise<readonly unknown[]> {
  const { rows } = await db.query<Readonly<Record<string, unknown>>>(
    `select stripe_subscription_id as id, frequency, article_url as "articleUrl", donor_name as "donorName",
       donor_email as "donorEmail", created_at as "createdAt", ended_at as "endedAt", last_paid_at as "lastPaidAt", card_brand as "cardBrand",
       card_last4 as "cardLast4", card_expires as "cardExpires"
     from subscriptions where lower(donor_email) = lower($2)
       or stripe_subscription_id in (select stripe_subscription_id from donations where id = any($1::uuid[]))
     order by created_at, id`,
    [donor.donationIds, donor.email],
  )
  return rows
}

/** Empties what the tables say of the donor; money, receipts' numbers and the ledger stay as they are. */
export async function emptyDonor(tx: Queryable, donor: DonorGifts, at: Date): Promise<void> {
  const gifts = [donor.donationIds, at]
  await tx.query(
    `update checkouts set message = null where message is not null
       and id in (select checkout_id from donations where id = any($1::uuid[]))`,
    [donor.donationIds],
  )
  await tx.query(
    `update subscriptions set donor_name = null, donor_email = null, donor_erased_at = $2, card_brand = null, card_last4 = null,
       card_expires = null, open_invoice_url = null
     where stripe_subscription_id in (select stripe_subscription_id from donations where id = any($1::uuid[]))
       or lower(donor_email) = lower($3)`,
    [...gifts, donor.email],
  )
  // A job that is making statements begins again without the donor. Its row is locked first, so that a worker which has
  // drawn the donor's statement keeps it either before this, or not at all.
  await tx.query(
    `update statement_jobs set made = 0, last_donor = '', claimed_until = null where status = 'waiting'`,
  )
  await tx.query(
    `delete from statement_files where job_id in (select id from statement_jobs where status = 'waiting')`,
  )
  // The statements of all donors of a year include this one's; they are made again on request.
  await tx.query(
    `with gone as (delete from statement_files
       where job_id in (select id from statement_jobs where ended_at is not null) returning job_id)
     update statement_jobs set removed_at = $1 where removed_at is null and id in (select job_id from gone)`,
    [at],
  )
  // A mail server's refusal may quote the address.
  await tx.query(
    `update outbox_messages set last_error = null where subject = any($1::text[]) and last_error is not null`,
    [donor.donationIds],
  )
  // What the donor asked goes, and with it every link that opens the donor's page.
  await tx.query(`update reader_messages set text = '' where donation_id = any($1::uuid[])`, [
    donor.donationIds,
  ])
  await tx.query('delete from supporter_entries where donation_id = any($1::uuid[])', [donor.donationIds])
  // Not even a hash of the imported row, which holds the address, stays; its id does, so that no later file brings it back.
  await tx.query(
    `update imported_gifts set content_hash = null, former_agreement = null where donation_id = any($1::uuid[])`,
    [donor.donationIds],
  )
  if (donor.email !== null) {
    await tx.query('delete from checkout_reminders where lower(email) = lower($1)', [donor.email])
    await forgetDonorInImports(tx, donor.email, at)
    await tx.query('delete from donor_links where email = lower($1)', [donor.email])
    await tx.query('delete from donor_link_requests where lower(email) = lower($1)', [donor.email])
  }
  // What staff wrote of the donor goes; that they wrote, who and when, stays.
  await tx.query(`update donation_notes set text = '' where donation_id = any($1::uuid[])`, [
    donor.donationIds,
  ])
  await tx.query(
    `update refund_requests set note = null where note is not null and donation_id = any($1::uuid[])`,
    [donor.donationIds],
  )
  if (donor.email !== null)
    await tx.query(
      `delete from saved_views where position($1 in lower(filters)) > 0 or position($2 in lower(filters)) > 0
         or position($1 in lower(name)) > 0`,
      [donor.email.toLowerCase(), new URLSearchParams({ q: donor.email }).toString().slice(2).toLowerCase()],
    )
  await tx.query(
    `update donations set donor_name = null, donor_email = null, message = null, donor_erased_at = $2
     where id = any($1::uuid[])`,
    gifts,
  )
}

const CORRELATED = `s.correlation_id in (d.payment_intent_id, d.stripe_session_id, d.stripe_invoice_id, d.stripe_subscription_id)`
// An update asks for a redaction with a body of null; the database itself writes the redacted one.
const NOT_REDACTED = `not exists (select from inbox_redactions r where r.inbox_event_id = s.inbox_event_id)`

/**
 * Takes the personal data out of the events of erased gifts: of these, or of any that events have named since.
 * @returns how many events were redacted
 */
export async function redactEvents(
  tx: Queryable,
  { donationIds = null, limit }: { readonly donationIds?: readonly string[] | null; readonly limit: number },
): Promise<number> {
  const { rowCount } = await tx.query(
    `update inbox_events e set body = 'null'
     where e.id in (select s.inbox_event_id from donations d join inbox_states s on ${CORRELATED}
       where d.donor_erased_at is not null and ($1::uuid[] is null or d.id = any($1::uuid[])) and ${NOT_REDACTED}
       limit $2)`,
    [donationIds, limit],
  )
  return rowCount ?? 0
}

/** The ids of the events that name no payment and whose body says the address `$1`. Of others no body is read. */
export const eventsThatSay = ["s.outcome <> 'pending'", "s.outcome = 'pending'"]
  .map(
    (
      outcome,
    ) => `select s.inbox_event_id as id from inbox_states s join inbox_events o on o.id = s.inbox_event_id
       where s.correlation_id is null and ${outcome} and position(lower($1) in lower(o.body::text)) > 0 and ${NOT_REDACTED}`,
  )
  .join(' union all ')

/**
 * Takes the personal data out of events that processing has no use for, and which therefore name no payment in their
 * state, where their body says the address. It reads every such event: on a Stripe account that other programs use much,
 * that takes long.
 * @returns how many
 */
export async function redactEventsThatSay(tx: Queryable, email: string): Promise<number> {
  await tx.query(`set local statement_timeout = '15min'`)
  const { rowCount } = await tx.query(
    `update inbox_events e set body = 'null' where e.id in (${eventsThatSay})`,
    [email],
  )
  return rowCount ?? 0
}

/** Such events that arrived after the erasure: the address is forgotten by then, so they are found by the payment. */
export async function redactLatestEvents(tx: Queryable, latest: number): Promise<number> {
  const { rowCount } = await tx.query(
    `update inbox_events e set body = 'null' from inbox_states s, donations d
     where s.inbox_event_id = e.id and s.correlation_id is null and d.donor_erased_at is not null
       and e.id > (select max(id) - $1 from inbox_events)
       and (position(d.payment_intent_id in e.body::text) > 0 or position(d.charge_id in e.body::text) > 0)
       and ${NOT_REDACTED}`,
    [latest],
  )
  return rowCount ?? 0
}

/** Takes the personal data out of events received before a time whose processing is over. @returns how many */
export async function redactOldEvents(
  tx: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rowCount } = await tx.query(
    `update inbox_events e set body = 'null'
     where e.id in (select o.id from inbox_events o join inbox_states s on s.inbox_event_id = o.id
       where o.received_at < $1 and s.outcome in ('applied', 'ignored')
         and not exists (select from inbox_redactions r where r.inbox_event_id = o.id)
       order by o.id limit $2)`,
    [before, limit],
  )
  return rowCount ?? 0
}

/** Empties the messages of checkouts that were not paid. @returns how many */
export async function emptyUnpaidMessages(
  tx: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rowCount } = await tx.query(
    `update checkouts set message = null
     where id in (select id from checkouts where message is not null and created_at < $1
       and status in ('created', 'open', 'expired', 'failed') limit $2)`,
    [before, limit],
  )
  return rowCount ?? 0
}

/** Gifts of donors who gave last before a time and have no running agreement, one for each donor. */
export async function giftsOfFormerDonors(
  db: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select min(d.id::text) as id from donations d
     where d.succeeded_at < $1 and d.donor_erased_at is null
       and (d.donor_email is not null or d.donor_name is not null or d.message is not null)
       and not exists (select from donations later where later.succeeded_at >= $1
         and lower(later.donor_email) = lower(d.donor_email))
       and not exists (select from subscriptions s where s.stripe_subscription_id = d.stripe_subscription_id and s.ended_at is null)
       and not exists (select from subscriptions s where lower(s.donor_email) = lower(d.donor_email) and s.ended_at is null)
       and not exists (select from donations other join subscriptions s using (stripe_subscription_id)
         where lower(other.donor_email) = lower(d.donor_email) and s.ended_at is null)
     group by coalesce(lower(d.donor_email), d.id::text) limit $2`,
    [before, limit],
  )
  return rows.map(({ id }) => id)
}
