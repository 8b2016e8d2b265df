import type { Queryable } from '../../db/database.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { receiptNumber } from '../../receipts/receipt-number.ts'
import type { Statement, StatementGift } from './statement.ts'

/** More gifts of one donor in a year than any reader gives. */
const MOST_GIFTS = 2_000

/** The donor's address, in lower case, of a donation; null when it has none, or does not exist. */
export async function donorOf(db: Queryable, donationId: string): Promise<string | null> {
  const { rows } = await db.query<{ email: string | null }>(
    `select lower(nullif(donor_email, '')) as email from donations where id = $1`,
    [donationId],
  )
  return rows[0]?.email ?? null
}

/** What a donor gave in a range of days; null when that is nothing. */
export async function statementOf(
  db: Queryable,
  email: string,
  { from, to }: { readonly from: string; readonly to: string },
  now: Date,
): Promise<Statement | null> {
  const { rows } = await db.query<
    Omit<StatementGift, 'receipt'> & {
      name: string | null
      locale: string | null
      year: number | null
      number: bigint | null
    }
  >(
    `select d.succeeded_on as "givenOn", d.currency, d.gross_minor as "grossMinor",
       d.covered_fee_minor as "coveredFeeMinor", d.donor_name as name, c.locale,
       least(d.refunded_minor + d.disputed_minor, d.gross_minor) as "returnedMinor", r.year, r.number,
       starts_with(d.payment_intent_id, 'imported:') as "isImported"
     from donations d
       left join checkouts c on c.id = d.checkout_id
       left join lateral (
         select r.year, r.number from receipts r
         where r.donation_id = d.id and not exists (select from receipt_voidings v where (v.year, v.number) = (r.year, r.number))
         order by r.revision desc limit 1) r on true
     where lower(d.donor_email) = $1 and d.succeeded_on between $2 and $3
     order by d.succeeded_at, d.id limit ${MOST_GIFTS + 1}`,
    [email, from, to],
  )
  if (rows.length > MOST_GIFTS) throw new Error(`A statement holds ${MOST_GIFTS} gifts at most`)
  if (rows.length === 0) return null
  return {
    donorName: rows.findLast(({ name }) => name !== null)?.name ?? null,
    locale: rows.findLast(({ locale }) => locale !== null)?.locale ?? null,
    from,
    to,
    gifts: rows.map(({ name: _name, locale: _locale, year, number, ...gift }) => ({
      ...gift,
      receipt: year === null || number === null ? null : receiptNumber(year, number),
    })),
    profile: await profileAtEnd(db, to),
    madeAt: now,
  }
}

/** The newsroom's particulars that were in force at the end of a day; of a running year, the latest. */
async function profileAtEnd(db: Queryable, day: string): Promise<NewsroomProfile> {
  const { rows } = await db.query<NewsroomProfile>(
    `select name, address, email, timezone, legal_status as "legalStatus", tax_id as "taxId", fiscal_sponsor as "fiscalSponsor", statement
     from newsroom_profiles
     order by in_force_from < ($1::date + 1)::timestamp at time zone timezone desc,
       case when in_force_from < ($1::date + 1)::timestamp at time zone timezone then in_force_from end desc nulls last, in_force_from, id desc
     limit 1`,
    [day],
  )
  const [profile] = rows
  if (!profile) throw new Error('No newsroom profile is recorded')
  return profile
}

/** The next donor with a gift in the days, by address; null after the last one. */
export async function nextDonor(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
  after: string,
): Promise<string | null> {
  const { rows } = await db.query<{ email: string }>(
    `select lower(donor_email) as email from donations
      where lower(donor_email) ~>~ $3 and succeeded_on between $1 and $2
      order by lower(donor_email) using ~<~ limit 1`,
    [from, to, after],
  )
  return rows[0]?.email ?? null
}

export async function countDonors(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(distinct lower(donor_email))::int as count from donations
      where donor_email <> '' and succeeded_on between $1 and $2
        and succeeded_at >= $1::date - 2 and succeeded_at < $2::date + 3`,
    [from, to],
  )
  return rows[0]?.count ?? 0
}
