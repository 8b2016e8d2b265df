import type { Queryable } from '../db/database.ts'
import type { CheckoutMove, KnownCheckout } from './checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import { attributionIn } from './attribution.ts'

type CheckoutRow = Omit<KnownCheckout, 'attribution'> & KnownCheckout['attribution']

/** The checkouts that facts name, by session or by id, held until the database transaction ends. */
export async function checkoutsOf(
  tx: Queryable,
  sessions: readonly CheckoutSessionId[],
  ids: readonly CheckoutId[],
): Promise<KnownCheckout[]> {
  const { rows } = await tx.query<CheckoutRow>({
    name: 'checkouts-of',
    text: `select id, stripe_session_id as "sessionId", status, frequency, article_url as "articleUrl",
             article_title as "articleTitle", campaign_source as "campaignSource", campaign_medium as "campaignMedium",
             campaign_name as "campaignName", message, anonymous
           from checkouts where stripe_session_id = any($1) or id = any($2) order by id for update`,
    values: [sessions, ids],
  })
  return rows.map((row) => ({ ...row, attribution: attributionIn(row) }))
}

export async function moveCheckouts(tx: Queryable, moves: readonly CheckoutMove[]): Promise<void> {
  if (moves.length === 0) return
  await tx.query({
    name: 'move-checkouts',
    text: `update checkouts c set status = m.status,
             stripe_session_url = case when c.stripe_session_id = m.session_id then c.stripe_session_url end,
             stripe_session_expires_at = case when c.stripe_session_id = m.session_id then c.stripe_session_expires_at end,
             stripe_session_id = m.session_id
           from unnest($1::uuid[], $2::text[], $3::text[]) as m(id, session_id, status) where c.id = m.id`,
    values: [
      moves.map(({ id }) => id),
      moves.map(({ sessionId }) => sessionId),
      moves.map(({ status }) => status),
    ],
  })
}
