import type { Dispute } from '../../src/refunds/dispute.ts'
import type { Refund } from '../../src/refunds/reversals.ts'
import type { KnownCheckout } from '../../src/checkout/checkout-status.ts'
import type { Attribution } from '../../src/checkout/attribution.ts'
import type {
  ChargeSucceeded,
  CheckoutStatusChanged,
  CheckoutSucceeded,
  UnpaidCheckoutStatus,
} from '../../src/donations/payment-fact.ts'
import { currencyNamed } from '../kit/named.ts'

/** Facts about the n-th payment of a test. The casts replace the parsers that give ids their brands. */

const usd = currencyNamed('usd')

const attribution = (articleUrl: string): Attribution => ({
  frequency: 'once',
  articleUrl,
  articleTitle: null,
  campaignSource: null,
  campaignMedium: null,
  campaignName: null,
})

const ids = (n: number) =>
  ({ sessionId: `cs_${n}`, checkoutId: `00000000-0000-4000-8000-00000000000${n}` }) as Pick<
    CheckoutStatusChanged,
    'sessionId' | 'checkoutId'
  >
const payment = (n: number) => `pi_${n}` as ChargeSucceeded['paymentIntentId']

export const fact = {
  succeeded: (n: number, { at = new Date('2026-01-01T12:00:00Z'), minor = 500n } = {}) =>
    ({
      kind: 'checkout_succeeded',
      ...ids(n),
      paymentIntentId: payment(n),
      gross: { minor, currency: usd },
      paidAt: at,
      donor: { name: 'Ada', email: 'ada@example.org' },
      attribution: attribution(`https://from.metadata/${n}`),
    }) as const satisfies CheckoutSucceeded,
  statusChanged: (n: number, status: UnpaidCheckoutStatus) =>
    ({ kind: 'checkout_status_changed', ...ids(n), status }) as const,
  charged: (n: number) =>
    ({
      kind: 'charge_succeeded',
      paymentIntentId: payment(n),
      chargeId: `ch_${n}` as ChargeSucceeded['chargeId'],
      amount: null,
      isMarked: true,
      chargedAt: null,
    }) as const,
}

/** The checkout of the n-th payment, which waits for its reader. */
export function openCheckout(n: number): KnownCheckout {
  const { sessionId, checkoutId } = ids(n)
  if (!checkoutId) throw new Error('Every checkout of a test has an id')
  return {
    id: checkoutId,
    sessionId,
    status: 'open',
    attribution: attribution(`https://news.example/${n}`),
    message: null,
    anonymous: false,
  }
}

const CREATED_AT = new Date('2026-01-05T12:00:00Z')

export function refund(n: number, { minor, status }: { minor: bigint; status: Refund['status'] }): Refund {
  const id = `re_${n}` as Refund['id']
  const amount = { minor, currency: fact.succeeded(1).gross.currency }
  return {
    id,
    kind: 'refund',
    amount,
    status,
    reason: null,
    failureReason: null,
    createdAt: CREATED_AT,
    failedAt: null,
    reportedAt: null,
  }
}

type DisputeFields = Partial<Omit<Dispute, 'amount' | 'movements'>> & {
  readonly minor?: bigint
  /** When the amount was withdrawn and reinstated as a whole. */
  readonly withdrawnAt?: Date | null
  readonly reinstatedAt?: Date | null
  /** What was moved instead, in minor units with Stripe's signs, a day apart from `withdrawnAt` on. */
  readonly moved?: readonly bigint[]
}

const DAY_MS = 24 * 60 * 60 * 1000

export function dispute(n: number, fields: DisputeFields = {}): Dispute {
  const { minor = 500n, withdrawnAt = null, reinstatedAt = null, moved, ...others } = fields
  const start = withdrawnAt ?? CREATED_AT
  return {
    id: `dp_${n}` as Dispute['id'],
    amount: { minor, currency: fact.succeeded(1).gross.currency },
    status: 'needs_response',
    reason: 'fraudulent',
    evidenceDueBy: null,
    movements: moved
      ? moved.map((amount, day) => ({ minor: amount, movedAt: new Date(start.getTime() + day * DAY_MS) }))
      : [
          ...(withdrawnAt ? [{ minor: -minor, movedAt: withdrawnAt }] : []),
          ...(reinstatedAt ? [{ minor, movedAt: reinstatedAt }] : []),
        ],
    createdAt: CREATED_AT,
    ...others,
  }
}
