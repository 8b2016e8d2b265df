import type { Queryable } from '../db/database.ts'
import type { DonationId } from '../ids.ts'
import type { CitedReceipt, ReservedNumber } from './receipt-numbering.ts'
import type { Reservation, ReceiptNumberBackup } from './receipt-number-backup.ts'

/**
 * Takes the numbers of a whole batch from the counters of the years. The rows stay locked until the database transaction
 * ends, and a rollback returns the numbers, so that numbers have neither gaps nor duplicates.
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

/** The last number of each year. Until the database transaction ends, no other one can take a number. */
export async function lockLastNumbers(tx: Queryable): Promise<Map<number, bigint>> {
  await tx.query(`lock table receipt_counters in exclusive mode`)
  const { rows } = await tx.query<{ year: number; last: bigint }>(
    `select year, last_number as last from receipt_counters`,
  )
  return new Map(rows.map(({ year, last }) => [year, last]))
}

/** Reserves numbers and raises the counters past them. @returns how many were not reserved before */
export async function reserveNumbers(
  tx: Queryable,
  wanted: readonly Reservation[],
  now: Date,
): Promise<number> {
  if (wanted.length === 0) return 0
  const { rows } = await tx.query<{ reserved: bigint }>(
    `with reserved as (
       insert into receipt_reservations (year, number, payment_intent_id, amount_minor, void_mailed, reserved_at)
       select w.*, $6 from unnest($1::integer[], $2::bigint[], $3::text[], $4::bigint[], $5::boolean[]) as w
       on conflict (year, number) do update set void_mailed = true
         where excluded.void_mailed and not receipt_reservations.void_mailed
       returning year, number
     ), counted as (
       insert into receipt_counters as c (year, last_number) select year, max(number) from reserved group by year
       on conflict (year) do update set last_number = greatest(c.last_number, excluded.last_number)
     )
     select count(*) as reserved from reserved`,
    [
      wanted.map(({ year }) => year),
      wanted.map(({ number }) => number),
      wanted.map(({ payment }) => payment),
      wanted.map(({ amountMinor }) => amountMinor),
      wanted.map(({ voidMailed }) => voidMailed),
      now,
    ],
  )
  return Number(rows[0]?.reserved ?? 0n)
}

/** The reserved numbers of these gifts and of unknown gifts that no receipt has taken yet, lowest first. */
export async function reservedNumbers(
  tx: Queryable,
  donations: readonly DonationId[],
): Promise<ReservedNumber[]> {
  const { rows } = await tx.query<ReservedNumber>({
    name: 'free-receipt-numbers',
    text: `select s.year, s.number, d.id as "donationId", s.amount_minor as "amountMinor", s.reserved_at as "reservedAt"
           from receipt_reservations s left join donations d on d.payment_intent_id = s.payment_intent_id
           where (d.id = any($1::uuid[]) or s.payment_intent_id is null)
             and not exists (select from receipts r where (r.year, r.number) = (s.year, s.number))
           order by s.year, s.number for update of s`,
    values: [donations],
  })
  return rows
}

/** Those of the given receipts whose donors received a void notice before the database was lost. */
export async function alreadyMailedAsVoid(
  tx: Queryable,
  numbers: readonly CitedReceipt[],
): Promise<CitedReceipt[]> {
  const { rows } = await tx.query<CitedReceipt>({
    name: 'receipts-mailed-as-void',
    text: `select year, number from receipt_reservations
           where void_mailed and (year, number) in (select * from unnest($1::integer[], $2::bigint[]))`,
    values: [numbers.map(({ year }) => year), numbers.map(({ number }) => number)],
  })
  return rows
}

/** The backup of a gift's receipt numbers and the payment that holds it; null when the gift has no receipt. */
export async function backupOf(
  db: Queryable,
  donationId: string,
): Promise<{ readonly payment: string; readonly backup: ReceiptNumberBackup } | null> {
  const { rows } = await db.query<{
    payment: string
    year: number
    number: bigint
    amountMinor: bigint
    voided: boolean
  }>(
    `select d.payment_intent_id as payment, r.year, r.number, r.gross_minor as "amountMinor", v.year is not null as voided
     from donations d join receipts r on r.donation_id = d.id
       left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
     where d.id = $1 order by r.revision`,
    [donationId],
  )
  const last = rows.at(-1)
  return last ? { payment: last.payment, backup: { receipts: rows, isVoid: last.voided } } : null
}
