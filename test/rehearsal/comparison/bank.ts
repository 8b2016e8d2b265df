import { daysOf } from '../../../src/calendar/month.ts'
import { readAccounts } from '../../../src/reports/books/books-store.ts'
import { monthNamed } from '../../kit/named.ts'
import type { RehearsalService } from '../play/service.ts'
import { newsroomDay } from '../script/time.ts'

/** A payout as a bank statement shows it: when it came, and when it was taken back. Days of the newsroom. */
type BankLine = {
  readonly currency: string
  readonly minor: bigint
  /** Null: it never came. */
  readonly cameOn: string | null
  readonly wentBackOn: string | null
}

/**
 * The month-ends at which the ledger's bank account differs from the bank statement. The statement is made of what Stripe
 * holds: a payout comes on its arrival date, and one that failed later is taken back. The month-ends, too, at which the
 * bridge to Stripe's balance does not close.
 */
export async function bankDifferences(
  { database: { pool }, sandbox }: RehearsalService,
  months: readonly string[],
): Promise<string[]> {
  const lines = bankLines(sandbox.state())
  const zone = 'America/New_York'
  const problems: string[] = []
  for (const month of months) {
    const { to } = daysOf(monthNamed(month))
    const { rows } = await pool.query<{ currency: string; minor: string }>(
      `select e.currency, sum(e.amount_minor)::text as minor
       from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       where e.account = 'bank' and t.booked_on <= $1 group by 1`,
      [to],
    )
    const { sheet, bridges } = await readAccounts(pool, daysOf(monthNamed(month)), zone)
    for (const { currency, opening, debits, credits } of sheet.sums)
      if (opening !== 0 || debits !== credits)
        problems.push(`${month}: ${debits} ${currency} of debits and ${credits} of credits`)
    for (const { currency, stripe } of bridges)
      if (stripe.difference !== 0 || !stripe.complete)
        problems.push(`${month}: the bridge misses Stripe’s balance by ${stripe.difference} ${currency}`)
    const booked = new Map(rows.map(({ currency, minor }) => [currency, BigInt(minor)]))
    for (const currency of new Set([...booked.keys(), ...lines.map((line) => line.currency)])) {
      const stated = lines
        .filter((line) => line.currency === currency)
        .filter(({ cameOn, wentBackOn }) => cameOn !== null && cameOn <= to && (wentBackOn ?? '9') > to)
        .reduce((sum, { minor }) => sum + minor, 0n)
      const found = booked.get(currency) ?? 0n
      if (found !== stated)
        problems.push(
          `${month}: the bank statement ends with ${stated} ${currency}, the ledger with ${found}`,
        )
    }
  }
  return problems
}

function bankLines({
  payout,
  balance_transaction: movements,
}: ReturnType<RehearsalService['sandbox']['state']>): BankLine[] {
  return [...payout.values()].map(
    ({ amount, currency, arrival_date, status, failure_balance_transaction: back }) => {
      const arrives = new Date(arrival_date * 1000).toISOString().slice(0, 10)
      const movement = typeof back === 'string' ? movements.get(back) : undefined
      const wentBackOn = movement ? newsroomDay(movement.object.created * 1000) : null
      const came = status === 'paid' || (wentBackOn !== null && wentBackOn > arrives)
      return { currency, minor: BigInt(amount), cameOn: came ? arrives : null, wentBackOn }
    },
  )
}
