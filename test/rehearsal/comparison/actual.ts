import { z } from 'zod'
import type { CurrencyCode } from '../../../src/money/currency.ts'
import { figures } from '../../../src/reports/totals/read-figures.ts'
import { donationsAnswer } from '../../../src/reports/donation-list/donation-search.ts'
import type { DonationRecord } from '../../../src/reports/donation-record.ts'
import type { RehearsalService } from '../play/service.ts'

/** What the service's API and tables hold at the end. Amounts in minor units. */
export type Actual = {
  readonly donations: readonly DonationRecord[]
  /** Balances by account and currency. */
  readonly accounts: ReadonlyMap<string, bigint>
  readonly receipts: readonly ActualReceipt[]
  readonly outbox: readonly { readonly key: string; readonly subject: string; readonly isSent: boolean }[]
  readonly warnings: readonly { readonly payment: string; readonly count: number }[]
  readonly subscriptions: readonly ActualSubscription[]
  /** What the reports count on the day on which a gift was given, by day and currency. */
  readonly dayTotals: readonly { readonly key: string; readonly count: bigint; readonly minor: bigint }[]
  /** Events that are neither applied nor ignored. */
  readonly unprocessed: readonly {
    readonly outcome: string
    readonly correlationId: string | null
    readonly what: string
  }[]
  /** How many ledger transactions do not sum to zero. */
  readonly unbalanced: number
}

export type ActualReceipt = {
  readonly donation: string
  readonly year: number
  readonly number: bigint
  readonly minor: bigint
  readonly isVoid: boolean
}
export type ActualSubscription = {
  readonly id: string
  readonly status: string | null
  readonly minor: bigint | null
  readonly currency: string | null
}

export async function readActual(service: RehearsalService): Promise<Actual> {
  const rows = async <Row>(sql: string): Promise<readonly Row[]> =>
    (await service.database.pool.query<Row & Record<string, unknown>>(sql)).rows
  const accounts = await rows<{ key: string; sum: string }>(
    `select account || ' ' || currency as key, sum(amount_minor)::text as sum from ledger_entries group by 1`,
  )
  const [unbalanced] = await rows<{ n: number }>(
    `select count(*)::int as n from (select ledger_transaction_id, currency from ledger_entries
       group by 1, 2 having sum(amount_minor) <> 0) as off`,
  )
  return {
    donations: await donations(service),
    accounts: new Map(accounts.map(({ key, sum }) => [key, BigInt(sum)])),
    receipts: await rows<ActualReceipt>(
      `select r.donation_id as donation, r.year, r.number, r.gross_minor as minor, v.year is not null as "isVoid"
       from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number) order by 2, 3`,
    ),
    outbox: await rows(
      `select message_key as key, subject, sent_at is not null as "isSent" from outbox_messages order by id`,
    ),
    warnings: await rows(
      `select payment_intent_id as payment, count(*)::int as count from fraud_warnings group by 1`,
    ),
    subscriptions: await rows<ActualSubscription>(
      `select stripe_subscription_id as id, status, amount_minor as minor, currency from subscriptions`,
    ),
    dayTotals: await dayTotals(service),
    unprocessed: await rows(
      `select s.outcome, s.correlation_id as "correlationId", e.type || ' ' || e.event_id || coalesce(': ' || s.reason, '') as what
       from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.outcome not in ('applied', 'ignored') order by e.id`,
    ),
    unbalanced: unbalanced?.n ?? 0,
  }
}

async function dayTotals({ database }: RehearsalService): Promise<Actual['dayTotals']> {
  const { rows } = await figures(database.pool, {
    from: '2000-01-01',
    to: '2099-12-31',
    by: 'day',
    basis: 'given',
    reportingCurrency: 'usd' as CurrencyCode, // the amounts read here are not converted
  })
  return rows.flatMap(({ key, currencies }) =>
    currencies
      .filter(({ donations: count }) => count !== 0n)
      .map(({ currency, donations: count, grossMinor: minor }) => ({
        key: `${key} ${currency}`,
        count,
        minor,
      })),
  )
}

const answer = donationsAnswer.extend({ nextCursor: z.string().nullable() })

async function donations({ read }: RehearsalService): Promise<DonationRecord[]> {
  const all: DonationRecord[] = []
  let cursor: string | null = null
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: z.output<typeof answer> = answer.parse(await read(`/api/donations?limit=200${after}`))
    all.push(...page.data)
    cursor = page.nextCursor
  } while (cursor !== null)
  return all
}
