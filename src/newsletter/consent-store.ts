import { BUDGET_WINDOW_MS, mayMailLink } from '../access/sign-in/link-budget.ts'
import type { Queryable } from '../db/database.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import type { Consent, ConsentSource, EndReason, NewConsent } from './consent.ts'
import { lockKey } from '../db/site-scope.ts'

const CONSENT = `id, email, language, text, source, article_url as "articleUrl", asked_at as "askedAt",
  expires_at as "expiresAt", confirmed_at as "confirmedAt", ended_at as "endedAt"`
const IN_FORCE = 'confirmed_at is not null and ended_at is null'

/**
 * Notes that somebody wants the newsletter at an address, and owes that address the mail with the link. The same two
 * statements run for every address and nothing is looked up: whether it is subscribed is decided when the mail is composed.
 * Call it in a database transaction.
 */
export async function requestConsent(tx: Queryable, asked: NewConsent): Promise<void> {
  const { id, email, language, text, source, articleUrl, askedAt, expiresAt } = asked
  await tx.query({
    name: 'newsletter-request',
    text: `insert into newsletter_consents (id, email, language, text, source, article_url, asked_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [id, email, language, text, source, articleUrl, askedAt, expiresAt],
  })
  await oweConfirmation(tx, [id])
}

async function oweConfirmation(tx: Queryable, ids: readonly string[]): Promise<void> {
  await putIntoOutbox(
    tx,
    ids.map((id) => ({ kind: 'newsletter_confirm', messageKey: `newsletter.${id}`, subject: id })),
  )
}

/** Changes of one address come one after the other. */
export async function lockAddress(tx: Queryable, email: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${lockKey('$1')})`, [`newsletter ${email.toLowerCase()}`])
}

export async function consentById(db: Queryable, id: string): Promise<Consent | null> {
  const { rows } = await db.query<Consent>({
    name: 'newsletter-consent',
    text: `select ${CONSENT} from newsletter_consents where id = $1`,
    values: [id],
  })
  return rows[0] ?? null
}

/** The consent by which an address gets the newsletter; null: it does not. */
export async function consentInForce(db: Queryable, email: string): Promise<Consent | null> {
  const { rows } = await db.query<Consent>({
    name: 'newsletter-consent-in-force',
    text: `select ${CONSENT} from newsletter_consents where lower(email) = lower($1) and ${IN_FORCE}`,
    values: [email],
  })
  return rows[0] ?? null
}

/** What the mail of a request says. */
export type MailedRequest = {
  readonly consent: Consent
  /** The consent by which the address gets the newsletter already; null: it does not. */
  readonly inForce: Consent | null
}

/**
 * The request whose mail is being composed; null when nobody is to be written to: it is confirmed or too old, or enough mails
 * went to the address just now. A mail that is tried again counts once. Call it in a database transaction.
 */
export async function requestToMail(tx: Queryable, id: string, now: Date): Promise<MailedRequest | null> {
  const consent = await consentById(tx, id)
  if (!consent || consent.confirmedAt !== null || consent.expiresAt <= now) return null
  await lockAddress(tx, consent.email)
  const { rows } = await tx.query<{ at: Date }>(
    `select mailed_at as at from newsletter_consents
      where lower(email) = lower($1) and mailed_at > $2 and id <> $3`,
    [consent.email, new Date(now.getTime() - BUDGET_WINDOW_MS), id],
  )
  const mailedAt = rows.map(({ at }) => at)
  if (!mayMailLink('elsewhere', mailedAt, now)) return null
  await tx.query('update newsletter_consents set mailed_at = coalesce(mailed_at, $2) where id = $1', [
    id,
    now,
  ])
  return { consent, inForce: await consentInForce(tx, consent.email) }
}

/** Gives a consent force. Call it while the address is locked and has none in force. */
export async function giveForce(tx: Queryable, id: string, at: Date): Promise<void> {
  await tx.query('update newsletter_consents set confirmed_at = $2 where id = $1', [id, at])
}

/** A consent that is confirmed as it is given, by a reader who opened a link that was mailed to the address. */
export async function insertConfirmed(tx: Queryable, given: NewConsent): Promise<void> {
  const { id, email, language, text, source, articleUrl, askedAt, expiresAt } = given
  await tx.query(
    `insert into newsletter_consents (id, email, language, text, source, article_url, asked_at, expires_at, confirmed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $7)`,
    [id, email, language, text, source, articleUrl, askedAt, expiresAt],
  )
}

/** Ends the consent in force of an address. @returns it, as it was; null when there was none */
export async function endConsent(
  tx: Queryable,
  email: string,
  end: { readonly because: EndReason; readonly at: Date },
): Promise<Consent | null> {
  const { rows } = await tx.query<Consent>(
    `update newsletter_consents set ended_at = $2, ended_because = $3
      where lower(email) = lower($1) and ${IN_FORCE} returning ${CONSENT}`,
    [email, end.at, end.because],
  )
  return rows[0] ?? null
}

/** Deletes what an address asked for and did not confirm. */
export async function deleteUnconfirmed(tx: Queryable, email: string): Promise<void> {
  await tx.query('delete from newsletter_consents where lower(email) = lower($1) and confirmed_at is null', [
    email,
  ])
}

/** Deletes all that is kept of an address. */
export async function deleteConsents(tx: Queryable, email: string): Promise<void> {
  await tx.query(
    `with gone as (delete from newsletter_consents where lower(email) = lower($1) returning id)
     delete from outbox_messages where message_key in (select 'newsletter.' || id from gone)`,
    [email],
  )
  await tx.query(
    `delete from newsletter_wishes where checkout_id in
       (select checkout_id from donations where lower(donor_email) = lower($1))`,
    [email],
  )
}

/** Nothing is kept of somebody who did not confirm, not even that they asked. @returns how many were deleted */
export async function deleteExpired(
  db: Queryable,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `with gone as (
       delete from newsletter_consents where id in (
         select id from newsletter_consents where confirmed_at is null and expires_at <= $1 order by expires_at limit $2)
       returning id),
     mails as (delete from outbox_messages where message_key in (select 'newsletter.' || id from gone))
     select count(*)::int as count from gone`,
    [now, limit],
  )
  return rows[0]?.count ?? 0
}

/** Deletes consents that ended before a time. @returns how many */
export async function deleteEnded(
  db: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from newsletter_consents where id in (
       select id from newsletter_consents where ended_at < $1 order by ended_at limit $2)`,
    [before, limit],
  )
  return rowCount ?? 0
}

/** All that is kept of an address, for the export of a reader's data. */
export async function consentsOfAddress(
  db: Queryable,
  email: string,
): Promise<readonly (Omit<Consent, 'id' | 'expiresAt'> & { readonly endedBecause: EndReason | null })[]> {
  const { rows } = await db.query<Omit<Consent, 'id' | 'expiresAt'> & { endedBecause: EndReason | null }>(
    `select email, language, text, source, article_url as "articleUrl", asked_at as "askedAt",
            confirmed_at as "confirmedAt", ended_at as "endedAt", ended_because as "endedBecause"
       from newsletter_consents where lower(email) = lower($1) order by asked_at, id`,
    [email],
  )
  return rows
}

/** Keeps that a reader ticked the box while giving; a later tick for the same checkout changes nothing. */
export async function putWish(
  db: Queryable,
  wish: {
    readonly checkoutId: string
    readonly language: string
    readonly text: string
    readonly source: Extract<ConsentSource, 'checkout' | 'thank_you'>
    readonly at: Date
  },
): Promise<void> {
  await db.query({
    name: 'newsletter-wish',
    text: `insert into newsletter_wishes (checkout_id, language, text, source, made_at) values ($1, $2, $3, $4, $5)
           on conflict (checkout_id) do nothing`,
    values: [wish.checkoutId, wish.language, wish.text, wish.source, wish.at],
  })
}

/**
 * Turns wishes whose gift has succeeded into consents to be confirmed, and owes each the mail with the link. The address is the
 * one that the reader typed at Stripe. Call it in a database transaction.
 * @param newId makes the consents' ids
 * @returns how many wishes were taken
 */
export async function takeWishes(
  tx: Queryable,
  {
    limit,
    newId,
    expiresAt,
  }: { readonly limit: number; readonly newId: () => string; readonly expiresAt: Date },
): Promise<number> {
  const { rows } = await tx.query<{ checkoutId: string; email: string; articleUrl: string | null }>({
    name: 'newsletter-wishes-due',
    text: `select w.checkout_id as "checkoutId", d.donor_email as email, d.article_url as "articleUrl"
             from newsletter_wishes w
             join checkouts c on c.id = w.checkout_id
             join lateral (
               (select donor_email, article_url from donations
                 where stripe_session_id = c.stripe_session_id and donor_email is not null)
               union all
               (select donor_email, article_url from donations
                 where checkout_id = w.checkout_id and stripe_subscription_id is not null and donor_email is not null)
               limit 1) d on true
            order by w.made_at limit $1 for update of w skip locked`,
    values: [limit],
  })
  for (const { checkoutId, email, articleUrl } of rows) {
    const id = newId()
    const { rowCount } = await tx.query(
      `with wish as (delete from newsletter_wishes where checkout_id = $2 returning *)
       insert into newsletter_consents (id, email, language, text, source, article_url, checkout_id, asked_at, expires_at)
       select $1, $3, language, text, source, $4, checkout_id, made_at, $5 from wish
       on conflict (checkout_id) do nothing`,
      [id, checkoutId, email, articleUrl, expiresAt],
    )
    if (rowCount === 1) await oweConfirmation(tx, [id])
  }
  return rows.length
}

/** Deletes the wishes of checkouts that were not paid. @returns how many */
export async function deleteOldWishes(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query('delete from newsletter_wishes where made_at < $1', [before])
  return rowCount ?? 0
}
