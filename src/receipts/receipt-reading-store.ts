import type { Knex } from 'knex'
import { money } from '../money/money.ts'
import { parseCurrency } from '../money/currency.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { receiptNumber, type ReceiptNumber } from './receipt-number.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { Receipt } from './receipt.ts'

/** As `receipts` wants them: at least 22 characters of base64url, 128 random bits. */
const TOKEN = /^[A-Za-z0-9_-]{22,128}$/

type Row = {
  readonly year: number
  readonly number: bigint
  readonly token: string
  readonly donation_id: string
  readonly currency: string
  readonly gross_minor: bigint
  readonly given_on: LocalDate
  readonly issued_at: Date
  readonly replaces_year: number | null
  readonly replaces_number: bigint | null
  readonly voided_at: Date | null
  readonly next_year: number | null
  readonly next_number: bigint | null
  readonly frequency: Receipt['frequency']
  readonly donor_name: string | null
  readonly donor_email: string | null
  readonly profile: NewsroomProfile
}

const RECEIPT = `select r.year, r.number, r.token, r.donation_id, r.currency, r.gross_minor, r.given_on, r.issued_at,
    r.replaces_year, r.replaces_number, v.voided_at, n.year as next_year, n.number as next_number,
    d.frequency, d.donor_name, d.donor_email,
    json_build_object(
      'name', p.name, 'address', p.address, 'email', p.email, 'timezone', p.timezone,
      'legalStatus', p.legal_status, 'taxId', p.tax_id, 'fiscalSponsor', p.fiscal_sponsor,
      'statement', p.statement) as profile
  from receipts r
    join newsroom_profiles p on p.id = r.newsroom_profile_id
    join donations d on d.id = r.donation_id
    left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    left join receipts n on (n.replaces_year, n.replaces_number) = (r.year, r.number)`

/** The receipt behind an unguessable link, with the particulars it was issued with; null when there is none. */
export async function receiptByToken(db: Knex, token: string): Promise<Receipt | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.raw<{ rows: Row[] }>(`${RECEIPT} where r.token = :token`, { token })
  return rows[0] ? receiptFrom(rows[0]) : null
}

/** A donation's last receipt and whom to mail it to; null when the donor gave no address or has been erased. */
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
  const currency = parseCurrency(row.currency)
  if (!currency) throw new Error(`receipt ${row.year}-${row.number} is in an unknown currency`)
  return {
    number: receiptNumber(row.year, row.number),
    token: row.token,
    donationId: row.donation_id,
    money: money(row.gross_minor, currency),
    donorName: row.donor_name,
    givenOn: row.given_on,
    issuedAt: row.issued_at,
    profile: row.profile,
    frequency: row.frequency,
    voidedAt: row.voided_at,
    replacedBy: numberOf(row.next_year, row.next_number),
    replaces: numberOf(row.replaces_year, row.replaces_number),
  }
}

function numberOf(year: number | null, number: bigint | null): ReceiptNumber | null {
  return year === null || number === null ? null : receiptNumber(year, number)
}
