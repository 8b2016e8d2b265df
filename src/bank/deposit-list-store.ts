import { parseCurrency } from '../money/currency.ts'
import { parseDecimal } from '../money/money.ts'
import type { Queryable } from '../db/database.ts'
import { BANK_STATE, PAYOUTS_AND_MATCHES } from '../settlement/payouts/bank-state-sql.ts'
import {
  arrivalDays,
  type DepositCursor,
  type DepositRow,
  type DepositsAtTheBank,
  type DepositsQuery,
} from './deposit-list.ts'

export type DepositPage = {
  readonly rows: readonly DepositRow[]
  readonly next: DepositCursor | null
  readonly previous: DepositCursor | null
}

const DEPOSITS = `select p.id, p.status, p.currency, p.amount_minor as "amountMinor", p.arrival_date as "arrivalDate", p.automatic,
    p.itemisation = 'complete' as itemised, ${BANK_STATE} as bank, l.day as "bankDay"
  from ${PAYOUTS_AND_MATCHES}
    left join bank_lines l on l.id = m.bank_line_id`

/** Deposits, the latest first, page by page in both directions. */
export async function listDeposits(db: Queryable, query: DepositsQuery): Promise<DepositPage> {
  const { status, bank, amount, limit, after, before } = query
  const values: unknown[] = []
  const value = (given: unknown) => `$${values.push(given)}`
  const conditions: string[] = []
  const days = arrivalDays(query)
  if (days) conditions.push(`p.arrival_date between ${value(days.from)} and ${value(days.to)}`)
  if (status !== undefined) conditions.push(`p.status = ${value(status)}`)
  if (amount !== undefined) {
    const amounts = await amountsIn(db, amount)
    conditions.push(
      `(p.currency, p.amount_minor) in (select * from unnest(${value(amounts.map((one) => one.currency))}::text[],
        ${value(amounts.map((one) => one.minor))}::bigint[]))`,
    )
  }
  if (bank !== undefined) conditions.push(`${BANK_STATE} = ${value(bank)}`)
  const from = before ?? after
  if (from)
    conditions.push(
      `(p.arrival_date, p.id) ${before ? '>' : '<'} (${value(from.arrivalDate)}::date, ${value(from.id)}::text)`,
    )
  const order = before ? 'p.arrival_date, p.id' : 'p.arrival_date desc, p.id desc'
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const { rows } = await db.query<DepositRow>(
    `${DEPOSITS} ${where} order by ${order} limit ${value(limit + 1)}`,
    values,
  )
  const hasMore = rows.length > limit
  const page = before ? rows.slice(0, limit).toReversed() : rows.slice(0, limit)
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page,
    next: last && (before || hasMore) ? cursorOf(last) : null,
    previous: first && (after || (before && hasMore)) ? cursorOf(first) : null,
  }
}

function cursorOf({ arrivalDate, id }: DepositRow): DepositCursor {
  return { arrivalDate, id }
}

/** What the typed amount is in each currency in which Stripe paid out. */
async function amountsIn(db: Queryable, typed: string) {
  const { rows } = await db.query<{ currency: string }>(
    `with recursive known as (
       (select currency from payouts order by currency limit 1)
       union all
       select (select currency from payouts p where p.currency > k.currency order by currency limit 1) from known k
       where k.currency is not null)
     select currency from known where currency is not null`,
  )
  // A bank's statement shows a sign, a currency or its code beside the digits.
  const digits = typed.replace(/[^\d.,\s'’]/gu, '')
  return rows.flatMap(({ currency: code }) => {
    const currency = parseCurrency(code)
    const amount = currency && parseDecimal(digits, currency)
    return amount && !('problem' in amount) ? [amount] : []
  })
}

export async function depositsAtTheBank(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<DepositsAtTheBank> {
  const { rows } = await db.query<DepositsAtTheBank>(
    `select count(*) as deposits, count(*) filter (where bank = 'on_statement') as "onStatement",
       count(*) filter (where bank = 'missing') as missing, count(*) filter (where bank = 'no_statement') as "withoutStatement"
     from (${DEPOSITS} where p.status = 'paid' and p.arrival_date between $1 and $2) as deposit`,
    [from, to],
  )
  return rows[0] ?? { deposits: 0n, onStatement: 0n, missing: 0n, withoutStatement: 0n }
}
