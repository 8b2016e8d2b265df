import type { Knex } from 'knex'
import {
  dayConditions,
  filterConditions,
  valuesOf,
  withinRange,
  type Condition,
  type WordsLookup,
} from './donation-conditions-sql.ts'
import type { ListQuery } from './donation-page-store.ts'
import type { Order } from './donation-search.ts'
import {
  amountRanges,
  holdsAmount,
  takesManyRanges,
  type AmountRange,
  type Amounts,
} from './search-amounts.ts'
import type { SearchSteps } from './search-steps-store.ts'

/**
 * A page of a search for words by amount, range by range in the order of the list.
 * @returns null while texts that an earlier release wrote do not name their range, or texts are missing
 */
export async function stepsByAmount(db: Knex, query: ListQuery): Promise<SearchSteps | null> {
  const { order = 'desc', cursor } = query
  const isBackwards = cursor?.way === 'before'
  const isDescending = (order === 'desc') !== isBackwards
  const { rows: ready } = await db.raw<{ rows: unknown[] }>(
    `select from report_fold_states where lines_filled_at is not null and texts_rewritten_at is not null`,
  )
  if (ready.length === 0) return null
  const reading = isDescending ? 'desc' : 'asc'
  const amounts = await amountsOfCurrencies(db)
  const wanted = amounts.filter(({ currency }) => (query.currency ?? currency) === currency)
  const ranges = amountRanges(wanted, reading)
  const at = cursor === undefined ? undefined : await amountOf(db, cursor.id)
  const first = at === undefined ? 0 : ranges.findIndex((range) => holdsAmount(range, at))
  return stepsOfRanges(query, ranges.slice(Math.max(0, first)), reading)
}

function* stepsOfRanges(query: ListQuery, ranges: readonly AmountRange[], order: Order): SearchSteps {
  let found = 0
  for (const [searched, range] of ranges.entries()) {
    if (takesManyRanges({ searched, found, wanted: query.limit + 1 })) {
      yield [...conditionsOf(query, 'kept'), fromOn(range, order)]
      return
    }
    found = yield [...conditionsOf(query, 'amounts'), within(range)]
  }
}

const within = ({ number, currency, least, below }: AmountRange): Condition => ({
  sql: withinRange('d'),
  values: {
    range: number,
    rangeCurrency: currency,
    rangeLeast: String(least),
    rangeBelow: String(below ?? LARGEST_MINOR),
  },
})

/** What the range holds and what comes after it in the order. */
const fromOn = ({ currency, least, below }: AmountRange, order: Order): Condition => ({
  sql: `(d.currency, d.gross_minor) ${order === 'asc' ? '>=' : '<'} (:rangeCurrency, cast(:rangeEnd as bigint))`,
  values: {
    rangeCurrency: currency,
    rangeEnd: String(order === 'asc' ? least : (below ?? LARGEST_MINOR)),
  },
})

/** No amount is larger: PostgreSQL's largest bigint. */
const LARGEST_MINOR = 2n ** 63n - 1n

/**
 * The filters, with the alternatives of their days as one condition. The words stand outside of it: PostgreSQL would not look up
 * gifts by their ids within alternatives, but compare each gift with all of these ids.
 */
function conditionsOf(query: ListQuery, words: WordsLookup): Condition[] {
  const days = dayConditions(query)
  const [others = []] = filterConditions({ ...query, from: undefined, to: undefined }, words)
  const all = days.map((conditions) => conditions.map(({ sql }) => sql).join(' and ') || 'true')
  return [...others, { sql: `((${all.join(') or (')}))`, values: valuesOf(days.flat()) }]
}

/** The least and the largest amount of each currency, each by one look at the index, in the order of currencies. */
async function amountsOfCurrencies(db: Knex): Promise<Amounts[]> {
  const { rows } = await db.raw<{ rows: Amounts[] }>(
    `with recursive known as (
       (select currency from donations order by currency limit 1)
       union all
       select (select d.currency from donations d where d.currency > known.currency order by d.currency limit 1)
       from known where known.currency is not null)
     select currency, (select min(d.gross_minor) from donations d where d.currency = known.currency) as least,
       (select max(d.gross_minor) from donations d where d.currency = known.currency) as most
     from known where currency is not null order by currency`,
  )
  return rows
}

async function amountOf(db: Knex, id: string) {
  const { rows } = await db.raw<{ rows: { currency: string; minor: bigint }[] }>(
    'select currency, gross_minor as minor from donations where id = cast(:id as uuid)',
    { id },
  )
  return rows[0]
}
