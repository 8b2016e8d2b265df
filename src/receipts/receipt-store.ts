import type { Knex } from 'knex'
import { storedMoney } from '../money/money.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { receiptNumber, type ReceiptNumber } from './receipt-number.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { Receipt } from './receipt.ts'
import type { Queryable } from '../db/database.ts'
import type { DonationId } from '../ids.ts'
import type { LatestReceipt, VoidReason } from './receipt-revisions.ts'
import type { CitedReceipt, IssuedReceipt } from './receipt-numbering.ts'

export async function insertReceipts(
  tx: Queryable,
  receipts: readonly IssuedReceipt[],
  now: Date,
): Promise<void> {
  if (receipts.length === 0) return
  await tx.query({
    name: 'insert-receipts',
    text: `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on,
             revision, replaces_year, replaces_number, issued_at)
           select r.*, $12 from unnest($1::integer[], $2::bigint[], $3::text[], $4::uuid[], $5::integer[], $6::text[],
             $7::bigint[], $8::date[], $9::integer[], $10::integer[], $11::bigint[]) as r`,
    values: [
      receipts.map(({ year }) => year),
      receipts.map(({ number }) => number),
      receipts.map(({ token }) => token),
      receipts.map(({ donationId }) => donationId),
      receipts.map(({ profileId }) => profileId),
      receipts.map(({ money }) => money.currency),
      receipts.map(({ money }) => money.minor),
      receipts.map(({ givenOn }) => givenOn),
      receipts.map(({ revision }) => revision),
      receipts.map(({ replaces }) => replaces?.year ?? null),
      receipts.map(({ replaces }) => replaces?.number ?? null),
      now.toISOString(),
    ],
  })
}

/** The latest receipt of each of the given gifts. */
export async function latestReceipts(
  tx: Queryable,
  donations: readonly DonationId[],
): Promise<LatestReceipt[]> {
  const { rows } = await tx.query<LatestReceipt>({
    name: 'latest-receipts',
    text: `select distinct on (r.donation_id) r.donation_id as "donationId", r.year, r.number, r.revision,
             r.gross_minor as "grossMinor", r.given_on as "givenOn", v.year is not null as voided
           from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
           where r.donation_id = any($1) order by r.donation_id, r.revision desc`,
    values: [donations],
  })
  return rows
}

type Voiding = CitedReceipt & { readonly reason: VoidReason }

/** Voids receipts. Call it after `insertReceipts`: one batch may issue a receipt and void it. */
export async function voidReceipts(tx: Queryable, voidings: readonly Voiding[], now: Date): Promise<void> {
  if (voidings.length === 0) return
  await tx.query({
    name: 'void-receipts',
    text: `insert into receipt_voidings (year, number, reason, voided_at)
           select v.*, $4 from unnest($1::integer[], $2::bigint[], $3::text[]) as v`,
    values: [
      voidings.map(({ year }) => year),
      voidings.map(({ number }) => number),
      voidings.map(({ reason }) => reason),
      now.toISOString(),
    ],
  })
}

/** A receipt's token: at least 22 characters of base64url, which hold 128 bits. */
const TOKEN = /^[A-Za-z0-9_-]{22,128}$/

type Row = {
  readonly year: number
  readonly number: bigint
  readonly token: string
  readonly donation_id: string
  readonly currency: string
  readonly gross_minor: bigint
  readonly covered_fee_minor: bigint
  readonly presentment_currency: string | null
  readonly presentment_minor: bigint | null
  readonly given_on: LocalDate
  readonly issued_at: Date
  readonly replaces_year: number | null
  readonly replaces_number: bigint | null
  readonly voided_at: Date | null
  readonly void_reason: VoidReason | null
  readonly next_year: number | null
  readonly next_number: bigint | null
  readonly frequency: Receipt['frequency']
  readonly locale: string | null
  readonly donor_name: string | null
  readonly donor_email: string | null
  readonly profile: NewsroomProfile
}

const RECEIPT = `select r.year, r.number, r.token, r.donation_id, r.currency, r.gross_minor, r.given_on, r.issued_at,
    r.replaces_year, r.replaces_number, v.voided_at, v.reason as void_reason, n.year as next_year, n.number as next_number,
    -- Of a gift that was returned in part nobody can say which part covers the fee.
    case when r.gross_minor = d.gross_minor then d.covered_fee_minor else 0 end as covered_fee_minor,
    d.presentment_currency, d.presentment_minor, d.frequency, d.donor_name, d.donor_email, c.locale,
    json_build_object(
      'name', p.name, 'address', p.address, 'email', p.email, 'timezone', p.timezone,
      'legalStatus', p.legal_status, 'taxId', p.tax_id, 'fiscalSponsor', p.fiscal_sponsor,
      'statement', p.statement) as profile
  from receipts r
    join newsroom_profiles p on p.id = r.newsroom_profile_id
    join donations d on d.id = r.donation_id
    left join checkouts c on c.id = d.checkout_id
    left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    left join receipts n on (n.replaces_year, n.replaces_number) = (r.year, r.number)`

/** The receipt behind an unguessable link, with the newsroom profile it was issued with; null when there is none. */
export async function receiptByToken(db: Knex, token: string): Promise<Receipt | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.raw<{ rows: Row[] }>(`${RECEIPT} where r.token = :token`, { token })
  return rows[0] ? receiptFrom(rows[0]) : null
}

/** The receipt with this number, like `receiptByToken`: only for those who have proved that they may see it. */
export async function receiptByNumber(db: Knex, { year, number }: CitedReceipt): Promise<Receipt | null> {
  const { rows } = await db.raw<{ rows: Row[] }>(`${RECEIPT} where r.year = :year and r.number = :number`, {
    year,
    number: String(number),
  })
  return rows[0] ? receiptFrom(rows[0]) : null
}

/** A donation's latest receipt and its donor's address; null when the donor gave no address or was erased. */
export async function receiptToMail(
  db: Knex,
  donationId: string,
): Promise<{ readonly receipt: Receipt; readonly donorEmail: string } | null> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `${RECEIPT} where r.donation_id = :donationId order by r.revision desc limit 1`,
    { donationId },
  )
  return rows[0]?.donor_email ? { receipt: receiptFrom(rows[0]), donorEmail: rows[0].donor_email } : null
}

function receiptFrom(row: Row): Receipt {
  return {
    number: receiptNumber(row.year, row.number),
    token: row.token,
    donationId: row.donation_id,
    money: storedMoney(row.gross_minor, row.currency),
    coveredFee: row.covered_fee_minor > 0n ? storedMoney(row.covered_fee_minor, row.currency) : null,
    presentment:
      row.presentment_currency === null || row.presentment_minor === null
        ? null
        : storedMoney(row.presentment_minor, row.presentment_currency),
    donorName: row.donor_name,
    givenOn: row.given_on,
    issuedAt: row.issued_at,
    profile: row.profile,
    frequency: row.frequency,
    locale: row.locale,
    voidedAt: row.voided_at,
    voidReason: row.void_reason,
    replacedBy: numberOf(row.next_year, row.next_number),
    replaces: numberOf(row.replaces_year, row.replaces_number),
  }
}

function numberOf(year: number | null, number: bigint | null): ReceiptNumber | null {
  return year === null || number === null ? null : receiptNumber(year, number)
}
