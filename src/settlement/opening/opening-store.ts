import { localDate, type LocalDate } from '../../calendar/local-date.ts'
import { monthOf } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import type { BooksOpening } from './opening.ts'

export async function readOpening(db: Queryable): Promise<BooksOpening | null> {
  const { rows } = await db.query<BooksOpening>({
    name: 'books-opening',
    text: `select opens_on as "opensOn", opens_at as "opensAt", balance_posted_at as "balancePostedAt" from books_opening`,
  })
  return rows[0] ?? null
}

/** The configured first day differs from the one that the database keeps. */
export class OpeningIsFixed extends Error {
  override readonly name = 'OpeningIsFixed'
}

/**
 * Fixes the first day of the books at the first start: the configured day, or else the first day of the present month. A
 * database whose ledger already holds balance transactions keeps all of them and gets no opening.
 * @param configured `2026-01-01`; null: not configured
 * @throws OpeningIsFixed when another day is configured than the books have
 */
export async function recordOpening(
  db: Queryable,
  configured: LocalDate | null,
  timezone: string,
  now: Date,
): Promise<void> {
  const opensOn = configured ?? `${monthOf(localDate(now, timezone))}-01`
  await db.query(
    `insert into books_opening (opens_on, opens_at, recorded_at)
     select $1::date, $1::timestamp at time zone $2, $3
     where not exists (select from ledger_transactions where effect = 'settled') on conflict do nothing`,
    [opensOn, timezone, now.toISOString()],
  )
  if (configured === null) return
  const opening = await readOpening(db)
  if (opening === null)
    throw new OpeningIsFixed(
      'BOOKS_OPEN_ON: the books of this database begin with Stripe’s first balance transaction. Remove the variable.',
    )
  if (opening.opensOn !== configured)
    throw new OpeningIsFixed(
      `BOOKS_OPEN_ON: the books of this database opened on ${opening.opensOn}, which cannot change. Correct or remove the variable.`,
    )
}
