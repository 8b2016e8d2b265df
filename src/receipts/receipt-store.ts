import type { Queryable } from '../db/database.ts'
import type { DonationId } from '../ids.ts'
import type { LatestReceipt, VoidReason } from './receipt-revisions.ts'
import type { CitedReceipt, IssuedReceipt } from './numbering.ts'

/**
 * Takes numbers from the years' counters, for a whole batch at once. The rows stay locked until the database
 * transaction ends, and a rollback gives the numbers back: so there are neither holes nor doubles.
 * @returns the last number taken, by year
 */
export async function takeNumbers(
  tx: Queryable,
  perYear: ReadonlyMap<number, bigint>,
): Promise<Map<number, bigint>> {
  const years = [...perYear].toSorted(([a], [b]) => a - b)
  const { rows } = await tx.query<{ year: number; last: bigint }>({
    name: 'take-receipt-numbers',
    text: `insert into receipt_counters as c (year, last_number)
           select * from unnest($1::integer[], $2::bigint[])
           on conflict (year) do update set last_number = c.last_number + excluded.last_number
           returning c.year, c.last_number as last`,
    values: [years.map(([year]) => year), years.map(([, count]) => count)],
  })
  return new Map(rows.map(({ year, last }) => [year, last]))
}

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

/** The last receipt of each of these gifts. */
export async function latestReceipts(
  tx: Queryable,
  donations: readonly DonationId[],
): Promise<LatestReceipt[]> {
  const { rows } = await tx.query<LatestReceipt>({
    name: 'latest-receipts',
    text: `select distinct on (r.donation_id) r.donation_id as "donationId", r.year, r.number, r.revision,
             r.gross_minor as "grossMinor", v.year is not null as voided
           from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
           where r.donation_id = any($1) order by r.donation_id, r.revision desc`,
    values: [donations],
  })
  return rows
}

export type Voiding = CitedReceipt & { readonly reason: VoidReason }

/** After the receipts themselves: one may be issued and voided in one batch. */
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
