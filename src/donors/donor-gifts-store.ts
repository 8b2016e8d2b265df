import type { Queryable } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'
import { storedMoney } from '../money/money.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import type { DonorGift } from './donor-gift.ts'

/** More gifts than a reader gives; finance's export has all of them. */
const MOST_GIFTS = 2_000

type Row = {
  readonly givenOn: string
  readonly currency: string
  readonly gross: bigint
  readonly returned: bigint
  readonly frequency: DonorGift['frequency']
  readonly articleUrl: string | null
  readonly articleTitle: string | null
  readonly year: number | null
  readonly number: bigint | null
  readonly token: string | null
  readonly isImported: boolean
}

/** The gifts of an address, newest first. @param email in lower case */
export async function giftsOfAddress(db: Queryable, email: string): Promise<DonorGift[]> {
  const { rows } = await db.query<Row>({
    name: 'gifts-of-address',
    text: `select d.succeeded_on as "givenOn", d.currency, d.gross_minor as gross,
             least(d.refunded_minor + d.disputed_minor, d.gross_minor) as returned, d.frequency,
             d.article_url as "articleUrl", d.article_title as "articleTitle", r.year, r.number, r.token,
             starts_with(d.payment_intent_id, 'imported:') as "isImported"
           from donations d
             left join lateral (
               select year, number, token from receipts where donation_id = d.id order by revision desc limit 1) r on true
           where lower(d.donor_email) = $1
           order by d.succeeded_at desc, d.id limit ${MOST_GIFTS}`,
    values: [email],
  })
  return rows.map((row) => ({
    givenOn: row.givenOn,
    gross: storedMoney(row.gross, row.currency),
    returned: row.returned === 0n ? null : storedMoney(row.returned, row.currency),
    frequency: row.frequency,
    isImported: row.isImported,
    article: row.articleUrl === null ? null : { url: row.articleUrl, title: row.articleTitle },
    receipt:
      row.year === null || row.number === null || row.token === null
        ? null
        : { number: receiptNumber(row.year, row.number), token: row.token },
  }))
}

/** The agreements whose latest gift has the address, those that run first. @param email in lower case */
export async function agreementIdsOfAddress(db: Queryable, email: string): Promise<SubscriptionId[]> {
  const { rows } = await db.query<{ id: SubscriptionId }>({
    name: 'agreements-of-address',
    text: `select s.stripe_subscription_id as id from subscriptions s
             join lateral (
               select donor_email from donations d where d.stripe_subscription_id = s.stripe_subscription_id
               order by d.succeeded_at desc, d.id desc limit 1) latest on lower(latest.donor_email) = $1
           where s.stripe_subscription_id in (
             select d.stripe_subscription_id from donations d where lower(d.donor_email) = $1)
           order by s.ended_at is not null, s.created_at desc limit 50`,
    values: [email],
  })
  return rows.map(({ id }) => id)
}
