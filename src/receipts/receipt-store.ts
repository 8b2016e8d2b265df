import type { Queryable } from '../db/database.ts'
import type { IssuedReceipt } from './numbering.ts'

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
    text: `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
           select r.*, $9 from unnest($1::integer[], $2::bigint[], $3::text[], $4::uuid[], $5::integer[], $6::text[],
             $7::bigint[], $8::date[]) as r`,
    values: [
      receipts.map(({ year }) => year),
      receipts.map(({ number }) => number),
      receipts.map(({ token }) => token),
      receipts.map(({ donationId }) => donationId),
      receipts.map(({ profileId }) => profileId),
      receipts.map(({ gross }) => gross.currency),
      receipts.map(({ gross }) => gross.minor),
      receipts.map(({ givenOn }) => givenOn),
      now.toISOString(),
    ],
  })
}
