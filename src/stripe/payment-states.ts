import { z } from 'zod'

/** What an object's state says, as an event would have said it. */
export type Told = {
  readonly type: string
  /** Names the state within the object: letters, digits and underscores. */
  readonly state: string
  /** When that came to be, as exactly as the object knows. */
  readonly at: Date
  /** As an event carries it: nothing expanded. */
  readonly object: { readonly id: string } & Readonly<Record<string, unknown>>
}

/** Stripe's seconds since 1970. */
export const moment = z
  .int()
  .nonnegative()
  .transform((seconds) => new Date(seconds * 1000))
export const expandedMoment = z.union([z.object({ created: moment }), z.string()]).nullish()

/** When an expanded object was made; null where only its id is there. */
export function madeAt(object: z.infer<typeof expandedMoment>): Date | null {
  return typeof object === 'object' && object !== null ? object.created : null
}

export function latest(first: Date, ...others: readonly (Date | null | undefined)[]): Date {
  return others.reduce<Date>((late, one) => (one && one > late ? one : late), first)
}

/** A copy in which the named fields hold ids again. */
export function unexpanded<Shape extends { readonly id: string }>(
  object: Shape,
  ...names: readonly string[]
): Shape & Record<string, unknown> {
  const copy: Shape & Record<string, unknown> = { ...object }
  const ids = Object.fromEntries(
    Object.entries(copy)
      .filter(([name]) => names.includes(name))
      .map(([name, value]) => [name, idIn(value)]),
  )
  return { ...copy, ...ids }
}

function idIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value
}

const id = z.string().min(1)

const named = z.union([id, z.object({ id }).transform((object) => object.id)])
const reversal = z.union([z.object({ created: moment, amount: z.int(), currency: z.string() }), z.string()])
const charge = z.looseObject({
  id,
  created: moment,
  status: z.string(),
  amount: z.int(),
  amount_refunded: z.int(),
  currency: z.string(),
  payment_intent: z.union([z.object({ id, latest_charge: named.nullish() }), id]).nullish(),
  failure_balance_transaction: reversal.nullish(),
})

/**
 * A debit that failed tells that it had succeeded, too: nothing else of it would say so. One that another charge of the
 * same payment came after was only a try to collect it.
 */
export function chargeStates(object: unknown, announcedAt: Date | null): Told[] {
  const read = charge.parse(object)
  const { id: itsId, created, status, payment_intent: payment, failure_balance_transaction: failure } = read
  if (!payment) return []
  const asEvent = unexpanded(
    idAnd(object, itsId),
    'payment_intent',
    'failure_balance_transaction',
    'balance_transaction',
  )
  const succeeded = { type: 'charge.succeeded', state: 'succeeded', at: created, object: asEvent }
  if (status === 'succeeded') return [succeeded]
  if (status !== 'failed' || !failure) return []
  if (typeof payment === 'object' && payment.latest_charge && payment.latest_charge !== itsId) return []
  const at = madeAt(failure) ?? announcedAt ?? created
  const returned = { ...asEvent, amount_refunded: refundedByThen(read) }
  return [succeeded, { type: 'charge.failed', state: 'returned', at, object: returned }]
}

/**
 * What had been refunded when the debit came back, as its event said it: a refund that failed since no longer counts on
 * the charge. In another currency the reversal does not tell.
 */
function refundedByThen(its: z.infer<typeof charge>): number {
  const { amount, currency, amount_refunded: refundedNow, failure_balance_transaction: failure } = its
  const tells = typeof failure === 'object' && failure !== null && failure.currency === currency
  return tells ? amount + failure.amount : refundedNow
}

const refund = z.looseObject({
  id,
  created: moment,
  status: z.string().nullish(),
  payment_intent: z.unknown().optional(),
  failure_balance_transaction: expandedMoment,
})

export function refundStates(object: unknown, announcedAt: Date | null): Told[] {
  const {
    id: itsId,
    created,
    status,
    payment_intent: payment,
    failure_balance_transaction: failure,
  } = refund.parse(object)
  if (!payment || !status) return []
  return [
    {
      type: status === 'failed' ? 'refund.failed' : 'refund.updated',
      state: word(status),
      at: latest(created, announcedAt, madeAt(failure)),
      object: unexpanded(idAnd(object, itsId), 'payment_intent', 'failure_balance_transaction', 'charge'),
    },
  ]
}

const dispute = z.looseObject({
  id,
  created: moment,
  status: z.string(),
  payment_intent: z.unknown().optional(),
  balance_transactions: z.array(z.object({ amount: z.int(), created: moment })),
})
const ENDED = new Set(['won', 'lost', 'warning_closed'])

export function disputeStates(object: unknown, announcedAt: Date | null): Told[] {
  const {
    id: itsId,
    created,
    status,
    payment_intent: payment,
    balance_transactions: moved,
  } = dispute.parse(object)
  if (!payment) return []
  const signs = moved.map(({ amount }) => (amount < 0 ? 'taken' : 'given')).join('_')
  return [
    {
      type: ENDED.has(status) ? 'charge.dispute.closed' : 'charge.dispute.updated',
      state: word(signs === '' ? status : `${status}_${signs}`),
      at: latest(created, announcedAt, ...moved.map((one) => one.created)),
      object: unexpanded(idAnd(object, itsId), 'payment_intent', 'charge'),
    },
  ]
}

/** Everything of an object that a schema has found to have this id. */
export function idAnd(object: unknown, itsId: string): { readonly id: string } & Record<string, unknown> {
  return { ...(typeof object === 'object' ? object : {}), id: itsId }
}

/** Part of an event's id, which has no other characters. */
export function word(text: string): string {
  return text.replaceAll(/\W/g, '_').slice(0, 60)
}
