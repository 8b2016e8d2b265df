import type { Queryable } from '../db/database.ts'
import type { DonationId, SubscriptionId } from '../ids.ts'
import { storedMoney } from '../money/money.ts'
import type { AgreementDetail } from './agreement-detail.ts'
import type { NoticeKind, OwedNotice } from './agreement-notices.ts'

type Row = Omit<AgreementDetail, 'amount' | 'card'> & {
  readonly amountMinor: bigint | null
  readonly currency: string | null
  readonly cardBrand: string | null
  readonly cardLast4: string | null
  readonly cardExpires: string | null
}

// The latest gift names the donor, because staff correct an address there.
const DETAIL = `select s.stripe_subscription_id as id, s.customer_id as "customerId", s.amount_minor as "amountMinor", s.currency,
    coalesce(s.frequency, gift.frequency, 'monthly') as frequency, s.status, s.current_period_end as "currentPeriodEnd",
    s.cancel_at as "cancelAt", s.canceled_at as "canceledAt", s.ended_at as "endedAt", s.end_reason as "endReason",
    s.card_brand as "cardBrand", s.card_last4 as "cardLast4", s.card_expires as "cardExpires",
    s.open_invoice_url as "openInvoiceUrl", s.open_invoice_id is not null as "hasOpenInvoice", s.next_attempt_at as "nextAttemptAt",
    s.is_paused as "isPaused", s.resumes_at as "resumesAt",
    stop.asked_at as "stopAskedAt", s.article_title as "articleTitle", gift.donor_name as "donorName",
    gift.donor_email as "donorEmail", c.locale
  from subscriptions s
    left join recurring_stops stop using (stripe_subscription_id)
    left join checkouts c on c.id = s.checkout_id
    left join lateral (
      select d.donor_name, d.donor_email, d.frequency from donations d
      where d.stripe_subscription_id = s.stripe_subscription_id order by d.succeeded_at desc, d.id desc limit 1) gift on true`

export async function agreementById(db: Queryable, id: SubscriptionId): Promise<AgreementDetail | null> {
  const { rows } = await db.query<Row>({
    name: 'agreement-by-id',
    text: `${DETAIL} where s.stripe_subscription_id = $1`,
    values: [id],
  })
  return rows[0] ? detailOf(rows[0]) : null
}

/** The agreement of which a donation is one payment; null for a single gift. */
export async function agreementOfDonation(
  db: Queryable,
  donationId: string,
): Promise<AgreementDetail | null> {
  const { rows } = await db.query<Row>({
    name: 'agreement-of-donation',
    text: `${DETAIL} where s.stripe_subscription_id = (select stripe_subscription_id from donations where id = $1)`,
    values: [donationId],
  })
  return rows[0] ? detailOf(rows[0]) : null
}

function detailOf(row: Row): AgreementDetail {
  const { amountMinor, currency, cardBrand, cardLast4, cardExpires, ...detail } = row
  return {
    ...detail,
    amount: amountMinor === null || currency === null ? null : storedMoney(amountMinor, currency),
    card:
      cardBrand === null || cardLast4 === null || cardExpires === null
        ? null
        : { brand: cardBrand, last4: cardLast4, expires: cardExpires },
  }
}

/** A mail for the outbox. Its subject is the agreement's latest gift, by which staff find and correct the address. */
export type NoticeToMail = {
  readonly kind: NoticeKind
  readonly messageKey: string
  readonly subject: DonationId
}

/** The mails of an agreement that is ours; none for one without a gift, whose donor nobody knows. */
export async function noticesToMail(
  tx: Queryable,
  id: SubscriptionId,
  owed: readonly OwedNotice[],
): Promise<NoticeToMail[]> {
  const { rows } = await tx.query<{ id: DonationId }>({
    name: 'latest-gift-of-agreement',
    text: `select id from donations where stripe_subscription_id = $1 order by succeeded_at desc, id desc limit 1`,
    values: [id],
  })
  const [gift] = rows
  if (!gift) return []
  return owed.map(({ kind, occasion }) => ({
    kind,
    messageKey: `${kind.replaceAll('_', '-')}.${id}.${occasion}`,
    subject: gift.id,
  }))
}
