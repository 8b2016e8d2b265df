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

const charge = z.looseObject({
  id,
  created: moment,
  status: z.string(),
  payment_intent: z.unknown().optional(),
  failure_balance_transaction: expandedMoment,
})

/** A debit that the bank took back had succeeded before: the movement of the failure proves both. */
export function chargeStates(object: unknown, announcedAt: Date | null): Told[] {
  const {
    status,
    payment_intent: payment,
    failure_balance_transaction: failure,
    ...rest
  } = charge.parse(object)
  if (!payment) return []
  const { created } = rest
  const asEvent = unexpanded(
    idAnd(object, rest.id),
    'payment_intent',
    'failure_balance_transaction',
    'balance_transaction',
  )
  const succeeded = { type: 'charge.succeeded', state: 'succeeded', at: created, object: asEvent }
  if (status === 'succeeded') return [succeeded]
  if (status !== 'failed' || !failure) return []
  const at = madeAt(failure) ?? announcedAt ?? created
  return [succeeded, { type: 'charge.failed', state: 'returned', at, object: asEvent }]
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
