import { html } from 'hono/html'
import type { DifferenceRecord } from '../../../reconciliation/reconciliation-record.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import {
  amountText,
  capitalised,
  dateAndTime,
  dayName,
  donationLink,
  type MonthChoice,
  monthName,
  monthSwitch,
  movementInWords,
  financePage,
  payoutLink,
  payoutTag,
  table,
} from '../frame/finance-layout-view.ts'
import { accountsTable, type AccountsView } from './accounts-view.ts'
import { beforeTheBooks } from './before-the-books-view.ts'
import { otherActivity } from './other-activity-view.ts'
import { adjustments, type AdjustmentsView } from './prior-period-adjustments-view.ts'

export type ReconciliationView = AdjustmentsView &
  MonthChoice &
  AccountsView & {
    /** Whether the month is over and not closed yet. */
    readonly mayClose: boolean
  }

/** A month of our books beside Stripe's balance; its forms post to `/finance/reconciliation/2026-01/sign` and `…/close`. */
export function reconciliationPage(view: ReconciliationView): string {
  const { text, record, month } = view
  const t = text.finance
  const title = t('reconciliation.title', { month: monthName(month, text) })
  const open = record.differences.filter(({ explained }) => !explained)
  const explained = record.differences.filter((difference) => difference.explained)
  return financePage(view, {
    title,
    current: 'reconciliation',
    body: html`<h1>${title}</h1>
      ${monthSwitch('/finance/reconciliation', view, text)} ${summary(view, open)}
      ${differences(t('reconciliation.toExplain'), open, view)}
      ${differences(t('reconciliation.forInformation'), explained, view)} ${signOffs(view)}
      ${adjustments(view)} ${beforeTheBooks(view)} ${otherActivity(view)} ${payouts(view)}
      ${accountsTable(view)} ${closing(view, open.length)}`,
  })
}

function summary(view: ReconciliationView, open: readonly DifferenceRecord[]): Html {
  const { text, record } = view
  const { closedAt, closedBy, completeUpTo } = record
  const t = text.finance
  // A difference without an amount counts among the open ones and is not in the sum.
  const amounts = record.unexplained
    .filter(({ amount }) => amount !== 0)
    .map(({ currency, amount }) => amountText(amount, currency, text))
    .join(', ')
  const missing = record.differences.filter(
    ({ kind }) => kind === 'missing_here' || kind === 'unprocessed_event' || kind === 'unreadable_row',
  ).length
  const time = (at: string) => dateAndTime(new Date(at), view)
  const item = (term: string, value: Html | string | number, explanation: Html | string) =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value} <span class="quiet">${explanation}</span></dd>
    </div>`
  return html`<dl class="totals">
    ${item(
      t('reconciliation.unexplained'),
      open.length === 0 ? '0' : amounts || open.length,
      open.length === 0 ? agreement(view) : t('reconciliation.open', { count: open.length }),
    )}
    ${
      completeUpTo === null
        ? item(
            t('reconciliation.stripesBalance'),
            t('reconciliation.notComplete'),
            t('reconciliation.notReadYet'),
          )
        : item(
            t('reconciliation.stripesBalance'),
            t('reconciliation.complete'),
            withMarkup(t, 'reconciliation.upTo', {
              time: time(completeUpTo),
              missing: missing.toLocaleString(text.language),
            }),
          )
    }
    ${
      closedAt === null
        ? item(t('reconciliation.month'), t('reconciliation.monthOpen'), t('reconciliation.stillBooked'))
        : item(
            t('reconciliation.month'),
            t('reconciliation.monthClosed'),
            withMarkup(t, 'reconciliation.closedBy', { who: closedBy ?? '', time: time(closedAt) }),
          )
    }
  </dl>`
}

/** A month without open differences agrees as far as Stripe's balance was read, and except for what was signed off. */
function agreement({ text, record }: ReconciliationView): string {
  if (record.completeUpTo === null) return text.finance('reconciliation.soFar')
  if (record.signOffs.length > 0) return text.finance('reconciliation.exceptSignedOff')
  return text.finance('reconciliation.everyCent')
}

function differences(caption: string, rows: readonly DifferenceRecord[], view: ReconciliationView): Html {
  if (rows.length === 0) return html``
  const t = view.text.finance
  return table(
    caption,
    [
      { label: t('column.what') },
      { label: t('column.about') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.whatToDo') },
    ],
    rows.map((row) => [
      capitalised(row.what),
      about(row, view),
      amountOrNone(row, view),
      html`<div>${row.todo} ${signOffForm(row, view)}</div>`,
    ]),
  )
}

/** Kinds of differences whose object has no page here: nothing, or not enough, is recorded of it. */
const WITHOUT_PAGE = new Set(['missing_here', 'not_booked_yet', 'payout_unknown', 'unreadable_row'])

/** Kinds of differences that sum up the movements of one type. */
const OF_A_TYPE = new Set(['other_stripe_activity', 'stripe_product'])

function about(
  { object, kind }: { readonly object: string; readonly kind: string },
  { text }: ReconciliationView,
): Html {
  if (WITHOUT_PAGE.has(kind)) return html`<code>${object}</code>`
  if (/^(pi|re|pyr|dp|du)_/.test(object)) return donationLink(object)
  if (kind === 'other_activity')
    return html`<a href="#other-activity">${text.finance('otherActivity.title')}</a>`
  if (OF_A_TYPE.has(kind)) return html`${movementInWords(object, text)}`
  return /^(po|tr)_/.test(object) ? payoutLink(object) : html`<code>${object}</code>`
}

function signOffForm(
  { object, kind, amount, explained }: DifferenceRecord,
  { text, month, record }: ReconciliationView,
): Html {
  if (explained || record.closed) return html``
  const t = text.finance
  const id = `reason-${kind}-${object}`
  return html`<details>
    <summary>${t('reconciliation.signOff')}</summary>
    <form method="post" action="/finance/reconciliation/${month}/sign">
      <input type="hidden" name="object" value="${object}" />
      <input type="hidden" name="kind" value="${kind}" />
      <input type="hidden" name="amount" value="${amount}" />
      <label for="${id}">${t('reconciliation.signOffReason')}</label>
      <textarea id="${id}" name="reason" rows="2" minlength="3" maxlength="1000" required></textarea>
      <button class="button plain" type="submit">${t('reconciliation.signOffSubmit')}</button>
    </form>
  </details>`
}

function signOffs(view: ReconciliationView): Html {
  const { text, record } = view
  if (record.signOffs.length === 0) return html``
  const t = text.finance
  return table(
    t('reconciliation.signedOff'),
    [
      { label: t('column.about') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.reason') },
      { label: t('column.signedOffBy') },
    ],
    record.signOffs.map((signOff) => {
      const signature = { who: signOff.signedOffBy, time: dateAndTime(new Date(signOff.signedOffAt), view) }
      return [
        about(signOff, view),
        amountOrNone(signOff, view),
        signOff.reason,
        html`<div>${withMarkup(t, 'reconciliation.signedOffBy', signature)}</div>`,
      ]
    }),
  )
}

function payouts({ text, record }: ReconciliationView): Html {
  const t = text.finance
  if (record.payouts.length === 0) return html`<p>${t('reconciliation.noPayouts')}</p>`
  return table(
    t('reconciliation.payouts'),
    [
      { label: t('column.arrival') },
      { label: t('column.payout') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.status') },
      { label: t('column.itemised') },
    ],
    record.payouts.map(({ id, arrivalDate, amount, currency, status, itemisation }) => [
      dayName(arrivalDate, text),
      payoutLink(id),
      amountText(amount, currency, text),
      payoutTag(status),
      t(`reconciliation.itemisation.${itemisation}`),
    ]),
  )
}

function closing({ text, mayClose, month: closed }: ReconciliationView, open: number): Html {
  if (!mayClose) return html``
  const t = text.finance
  const month = monthName(closed, text)
  if (open > 0) return html`<p>${t('reconciliation.mayBeClosed', { month })}</p>`
  return html`<form method="post" action="/finance/reconciliation/${closed}/close">
    <p>${t('reconciliation.closingIsFinal', { month })}</p>
    <button class="button" type="submit">${t('reconciliation.close', { month })}</button>
  </form>`
}

/** The currency `xxx` stands for an event without an amount that could be read. */
function amountOrNone(
  { amount, currency }: { readonly amount: number; readonly currency: string },
  { text }: ReconciliationView,
): string {
  return currency === 'xxx' ? '–' : amountText(amount, currency, text)
}
