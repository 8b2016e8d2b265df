import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction, type Queryable } from '../db/database.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { parseDecimal, type Money } from '../money/money.ts'
import {
  amountToRefund,
  isKeyValid,
  refundable,
  type RefundAmountProblem,
  type RefundAnswer,
  type RefundReason,
  type RefundRequest,
  type StoredRefundRequest,
} from './refund-request.ts'
import {
  insertRefundRequest,
  lockGift,
  outstandingRefundsMinor,
  recordRefundAnswer,
  refundRequest,
  requestedMinor,
  type RefundableGift,
} from './refund-request-store.ts'

export type RefundDeps = {
  readonly pool: pg.Pool
  /** Asks Stripe for the refund, with the request's id as idempotency key. */
  readonly createRefund: (request: RefundRequest) => Promise<RefundAnswer>
}

/** A refund form as staff sent it. */
export type RefundForm = {
  readonly id: string
  readonly donationId: string
  /** The amount as it was typed. */
  readonly typed: string
  readonly reason: RefundReason
  /** What whoever asks writes about it; null: nothing. */
  readonly note?: string | null
  /** What the role of whoever asks may refund of one donation; null, or left out: all of it. */
  readonly limitFor?: (currency: CurrencyCode) => Money | null
  /** What the page said could be refunded, in minor units; left out: whatever it is now. */
  readonly leftMinor?: bigint | undefined
  readonly requestedBy: Actor
  readonly requestedAt: Date
}

/** Why a form is not recorded as a request. */
export type NotRecorded =
  | { readonly outcome: 'unknown_donation' }
  | { readonly outcome: 'amount'; readonly problem: RefundAmountProblem; readonly left: Money }
  /** What can be refunded has changed since the page was opened, by a refund in another tab for instance. */
  | { readonly outcome: 'left_changed'; readonly left: Money }
  | { readonly outcome: 'form_of_other_donation' | 'form_of_other_refund' }
  /** Together with what was requested before, it is more than the role may refund of the donation. */
  | { readonly outcome: 'above_limit'; readonly limit: Money }

/** `made_before`: the form was sent before, and its refund exists. `unknown`: Stripe is asked again later. */
export type RefundResult =
  | NotRecorded
  | {
      readonly outcome: 'made' | 'made_before' | 'unknown' | 'refused'
      readonly request: StoredRefundRequest
    }

/**
 * Stores the request, asks Stripe for the refund, and records the answer. A form that is sent again leads to its
 * refund; while the answer is not known it asks Stripe again with the same idempotency key, which makes one refund.
 */
export async function makeRefund(
  { pool, createRefund }: RefundDeps,
  form: RefundForm,
): Promise<RefundResult> {
  const recorded = await inTransaction(pool, (tx) => record(tx, form))
  if ('outcome' in recorded) return recorded
  const { request, isNew } = recorded
  if (request.refundId !== null) return { outcome: 'made_before', request }
  if (request.refused !== null) return { outcome: 'refused', request }
  if (!isNew && !isSame(request, form)) return { outcome: 'form_of_other_refund' }
  const answer = isKeyValid(request, form.requestedAt) ? await createRefund(request) : 'unknown'
  if (answer === 'unknown') return { outcome: 'unknown', request }
  await recordRefundAnswer(pool, request.id, answer)
  return 'refused' in answer
    ? { outcome: 'refused', request: { ...request, refused: answer.refused } }
    : { outcome: 'made', request: { ...request, refundId: answer.refundId } }
}

/** Records the form's request, or finds it. The donation is locked, so that two forms never refund the same money. */
async function record(
  tx: Queryable,
  form: RefundForm,
): Promise<NotRecorded | { readonly request: StoredRefundRequest; readonly isNew: boolean }> {
  const { id, donationId, reason, requestedAt } = form
  const gift = await lockGift(tx, donationId)
  if (!gift) return { outcome: 'unknown_donation' }
  const known = await refundRequest(tx, id)
  if (known)
    return known.donationId === donationId
      ? { request: known, isNew: false }
      : { outcome: 'form_of_other_donation' }
  const checked = await check(tx, gift, form)
  if (checked.outcome !== 'possible') return checked
  const { amount, left } = checked
  const { paymentIntentId } = gift
  const note = form.note ?? null
  const requestedBy = actorName(form.requestedBy)
  const request = { id, donationId, paymentIntentId, amount, reason, note, requestedBy, requestedAt }
  await insertRefundRequest(tx, request)
  const { minor, currency } = amount
  await recordAct(tx, {
    actor: form.requestedBy,
    act: 'refund_requested',
    subject: `donation/${donationId}`,
    before: { refundableMinor: String(left.minor), currency },
    after: { request: id, amountMinor: String(minor), currency, reason, hasNote: note !== null },
    at: requestedAt,
  })
  return { request: { ...request, refundId: null, refused: null }, isNew: true }
}

/** What a form would refund. */
export type RefundPreview =
  | NotRecorded
  | {
      readonly outcome: 'possible'
      readonly amount: Money
      readonly left: Money
      readonly gross: Money
      readonly donorName: string | null
    }

/** What would become of a form, without recording it: for a page that asks once more. */
export async function previewRefund(pool: pg.Pool, form: RefundForm): Promise<RefundPreview> {
  return inTransaction(pool, async (tx) => {
    const gift = await lockGift(tx, form.donationId)
    return gift ? check(tx, gift, form) : { outcome: 'unknown_donation' }
  })
}

async function check(tx: Queryable, gift: RefundableGift, form: RefundForm): Promise<RefundPreview> {
  const { donationId, typed, leftMinor, limitFor } = form
  const { gross, donorName } = gift
  const left = refundable(gross, { ...gift, outstandingMinor: await outstandingRefundsMinor(tx, donationId) })
  const amount = amountToRefund(typed, left)
  if ('problem' in amount) return { outcome: 'amount', problem: amount.problem, left }
  if (leftMinor !== undefined && leftMinor !== left.minor) return { outcome: 'left_changed', left }
  const limit = limitFor?.(gross.currency) ?? null
  if (limit !== null && (await requestedMinor(tx, donationId)) + amount.minor > limit.minor)
    return { outcome: 'above_limit', limit }
  return { outcome: 'possible', amount, left, gross, donorName }
}

function isSame({ amount, reason }: StoredRefundRequest, form: RefundForm): boolean {
  const typed = parseDecimal(form.typed, amount.currency)
  return reason === form.reason && 'minor' in typed && typed.minor === amount.minor
}
