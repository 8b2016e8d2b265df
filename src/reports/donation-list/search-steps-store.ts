import type { Knex } from 'knex'
import { cursorCondition, readingOrder, valuesOf, type Condition } from './donation-conditions-sql.ts'
import { donationJoins, selectList, type ListQuery } from './donation-page-store.ts'
import type { DonationRow } from '../donation-record.ts'

/**
 * What is searched step by step, in the order of the list: what a step finds comes before what the next one finds. Each
 * step is asked for with the number of donations that were found so far.
 */
export type SearchSteps = Generator<readonly Condition[], void, number>

/** The rows of a page, and one more if there is one, from as many steps as fill it. */
export async function rowsOfSteps(db: Knex, query: ListQuery, steps: SearchSteps): Promise<DonationRow[]> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const reading = readingOrder(sort, order, cursor)
  const ids: string[] = []
  for (let step = steps.next(); !step.done && ids.length <= limit; step = steps.next(ids.length)) {
    const conditions = [...step.value, ...cursorCondition(cursor)]
    const { rows } = await db.raw<{ rows: { id: string }[] }>(
      `select d.id from donations d where ${conditions.map(({ sql }) => sql).join(' and ')} order by ${reading} limit :limit`,
      { ...valuesOf(conditions), limit: limit + 1 - ids.length },
    )
    ids.push(...rows.map(({ id }) => id))
  }
  if (ids.length === 0) return []
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList} from donations d ${donationJoins} where d.id = any(:ids) order by ${reading}`,
    { ids },
  )
  return rows
}
