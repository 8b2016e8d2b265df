import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney, toDecimalString, type Money } from '../../../money/money.ts'
import { refundReasons, type StoredRefundRequest } from '../../../refunds/refund-request.ts'
import { codeInWords, dateAndTime, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type RefundView = FinanceFrame & {
  readonly id: string
  readonly refundable: Money
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

export function refundForm({ text, role, id, refundable, refundRequestId }: RefundView): Html {
  if (refundable.minor === 0n || !mayActAs(role, 'finance')) return html``
  const t = text.finance
  return html`<details>
    <summary>${t('refund.open')}</summary>
    <form method="post" action="/finance/donations/${encodeURIComponent(id)}/refunds">
      <input type="hidden" name="request" value="${refundRequestId}" />
      <input type="hidden" name="left" value="${refundable.minor}" />
      <div class="field">
        <label for="refund-amount"
          >${t('refund.amount', { currency: refundable.currency.toUpperCase() })}</label
        >
        <p class="quiet small" id="refund-amount-hint">
          ${t('refund.atMost', { amount: formatMoney(refundable, text.language) })}
        </p>
        <input
          id="refund-amount"
          type="text"
          name="amount"
          inputmode="decimal"
          autocomplete="off"
          required
          maxlength="50"
          value="${toDecimalString(refundable)}"
          aria-describedby="refund-amount-hint"
        />
      </div>
      <div class="field">
        <label for="refund-reason">${t('refund.reason')}</label>
        <select id="refund-reason" name="reason">
          ${refundReasons.map((reason) => html`<option value="${reason}">${t(`refund.reasons.${reason}`)}</option>`)}
        </select>
      </div>
      <p class="quiet small">${t('refund.whatFollows')}</p>
      <div class="actions"><button class="button" type="submit">${t('refund.submit')}</button></div>
    </form>
  </details>`
}
