import type { Queryable } from '../db/database.ts'
import type { DayDelta } from './day-totals.ts'

/** Adds to the totals of days, or subtracts from them. It comes last in its transaction, because all gifts share these rows. */
export async function addToDayTotals(tx: Queryable, deltas: readonly DayDelta[]): Promise<void> {
  if (deltas.length === 0) return
  const keys = [
    deltas.map(({ day }) => day),
    deltas.map(({ currency }) => currency),
    deltas.map(({ frequency }) => frequency),
  ]
  // Rows are inserted with zero first and then changed, because a delta can be negative and a total cannot.
  const inserted = tx.query({
    name: 'open-day-totals',
    text: `insert into day_totals (day, currency, frequency, donations, gross_minor)
           select d.*, 0, 0 from unnest($1::date[], $2::text[], $3::text[]) as d on conflict do nothing`,
    values: keys,
  })
  const added = tx.query({
    name: 'add-to-day-totals',
    text: `update day_totals t set donations = t.donations + d.donations, gross_minor = t.gross_minor + d.gross_minor
           from unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
             as d(day, currency, frequency, donations, gross_minor)
           where (t.day, t.currency, t.frequency) = (d.day, d.currency, d.frequency)`,
    values: [...keys, deltas.map(({ donations }) => donations), deltas.map(({ grossMinor }) => grossMinor)],
  })
  await Promise.all([inserted, added])
}
