import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney, toDecimalString, type Money } from '../../../money/money.ts'
import { refundReasons, type StoredRefundRequest } from '../../../refunds/refund-request.ts'
import {
  codeInWords,
  dateAndTime,
  financePage,
  type FinanceFrame,
  ownDirection,
} from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'

/** A refund form as it was typed. */
export type TypedRefund = { readonly amount: string; readonly reason: string; readonly note: string }

export type RefundView = FinanceFrame & {
  readonly id: string
  readonly refundable: Money
  /** What the reader's role may refund of the donation; null: all of it. */
  readonly refundLimit: Money | null
  /** The id of the refund form: a form that is sent twice makes one refund. */
  readonly refundRequestId: string
  /** The request that led to this page; null when none did. */
  readonly requested: { readonly request: StoredRefundRequest; readonly isRepeated: boolean } | null
}

/** What became of the refund form that led to this page. */
export function refundNotice(view: RefundView): Html {
  const { text, requested } = view
  if (requested === null) return html``
  const t = text.finance
  const { request, isRepeated } = requested
  const { refundId, refused, requestedBy, requestedAt } = request
  const amount = formatMoney(request.amount, text.language)
  const notice = (words: Html | string) => html`<p class="notice" role="status">${words}</p>`
  if (refused !== null) return notice(t('refund.refused', { amount, refusal: codeInWords(refused) }))
  if (refundId === null) return notice(t('refund.unknown', { amount }))
  const refund = html`<code>${refundId}</code>`
  if (!isRepeated) return notice(withMarkup(t, 'refund.made', { amount, refund }))
  const time = dateAndTime(requestedAt, view)
  return notice(withMarkup(t, 'refund.madeBefore', { amount, refund, who: requestedBy, time }))
}

/** The form, for those who may refund. It leads to a page that asks once more. */
export function refundForm(view: RefundView): Html {
  const { text, id, role, refundable, refundLimit, refundRequestId } = view
  if (refundable.minor === 0n || !mayActAs(role, 'finance')) return html``
  const t = text.finance
  const limit =
    refundLimit === null ? '' : t('refund.limit', { limit: formatMoney(refundLimit, text.language) })
  const action = `/finance/donations/${encodeURIComponent(id)}/refunds`
  const { isKept, typed, problems } = shownForm(view, action)
  const reason = typed('reason')
  return html`<details class="refund" ${isKept ? html`open="open"` : ''}>
    <summary>${t('refund.open')}</summary>
    <form method="post" action="${action}">
      <input type="hidden" name="request" value="${refundRequestId}" />
      <input type="hidden" name="left" value="${refundable.minor}" />
      <div class="field">
        <label for="refund-amount"
          >${t('refund.amount', { currency: refundable.currency.toUpperCase() })}</label
        >
        <p class="quiet small" id="refund-amount-hint">
          ${t('refund.atMost', { amount: formatMoney(refundable, text.language) })} ${limit}
        </p>
        <input
          id="refund-amount"
          type="text"
          name="amount"
          inputmode="decimal"
          autocomplete="off"
          required
          maxlength="50"
          value="${typed('amount', toDecimalString(refundable))}"
          ${describedBy('refund-amount', problems, true)}
        />
        ${fieldProblem('refund-amount', problems)}
      </div>
      <div class="field">
        <label for="refund-reason">${t('refund.reason')}</label>
        <select id="refund-reason" name="reason" ${describedBy('refund-reason', problems)}>
          ${refundReasons.map(
            (one) =>
              html`<option value="${one}" ${one === reason ? html`selected` : ''}>
                ${t(`refund.reasons.${one}`)}
              </option>`,
          )}
        </select>
        ${fieldProblem('refund-reason', problems)}
      </div>
      <div class="field">
        <label for="refund-note">${t('refund.note')}</label>
        <textarea
          id="refund-note"
          name="note"
          rows="2"
          maxlength="1000"
          ${describedBy('refund-note', problems)}
        >
${typed('note')}</textarea>
        ${fieldProblem('refund-note', problems)}
      </div>
      <p class="quiet small">${t('refund.whatFollows')}</p>
      <div class="actions">
        <button class="button" type="submit" name="step" value="check">${t('refund.check')}</button>
      </div>
    </form>
  </details>`
}

export type RefundConfirmationView = FinanceFrame & {
  readonly donationId: string
  readonly request: string
  readonly leftMinor: bigint
  readonly typed: TypedRefund
  readonly amount: Money
  readonly gross: Money
  readonly donorName: string | null
}

/** Asks once more before money moves. It works without scripts. */
export function refundConfirmationPage(view: RefundConfirmationView): string {
  const { text, donationId, request, leftMinor, typed, donorName } = view
  const t = text.finance
  const amount = formatMoney(view.amount, text.language)
  const title = t('refund.confirmTitle', { amount })
  const hidden = {
    request,
    left: String(leftMinor),
    amount: typed.amount,
    reason: typed.reason,
    note: typed.note,
  }
  const reason = refundReasons.find((one) => one === typed.reason)
  return financePage(view, {
    title,
    current: 'donations',
    body: html`<h1>${title}</h1>
      <dl class="facts">
        <dt>${t('donation.gross')}</dt>
        <dd>${formatMoney(view.gross, text.language)}</dd>
        <dt>${t('donation.donor')}</dt>
        <dd>${ownDirection(donorName ?? t('unknownDonor'))}</dd>
        <dt>${t('refund.reason')}</dt>
        <dd>${reason ? t(`refund.reasons.${reason}`) : ''}</dd>
        ${
          typed.note === ''
            ? ''
            : html`<dt>${t('refund.noteShort')}</dt>
                <dd>${typed.note}</dd>`
        }
      </dl>
      <p>${t('refund.whatFollows')}</p>
      <form method="post" action="/finance/donations/${encodeURIComponent(donationId)}/refunds">
        ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <div class="actions">
          <button class="button" type="submit" name="step" value="confirm">
            ${t('refund.confirm', { amount })}
          </button>
          <button class="button plain" type="submit" name="step" value="change">${t('refund.change')}</button>
          <a href="/finance/donations/${encodeURIComponent(donationId)}">${t('refund.cancel')}</a>
        </div>
      </form>`,
  })
}
