import { html } from 'hono/html'
import { shownForm } from '../frame/kept-form-view.ts'
import { reasonText } from './write-offs-view.ts'
import type { ReconciliationRecord } from '../../../reconciliation/reconciliation-record.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import {
  amountText,
  capitalised,
  dateAndTime,
  movementInWords,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

type View = FinanceFrame & {
  readonly record: ReconciliationRecord
  readonly mayChange: boolean
  readonly printedAt: Date | null
}

/**
 * What other programs on the Stripe account moved, and the one rule by which it counts as explained; its form posts to
 * `/finance/months/2026-01/other-activity`.
 */
export function otherActivity(view: View): Html {
  const { text, record } = view
  const { movements, explained } = record.otherActivity
  if (movements.length === 0 && !explained) return html``
  const t = text.finance
  return html`<h2 id="other-activity">${t('otherActivity.title')}</h2>
    <p>${t('otherActivity.what')}</p>
    ${movements.length === 0 ? html`<p>${t('otherActivity.none')}</p>` : movementsTable(view)} ${rule(view)}`
}

/** Folded once it is decided that it needs no explanation. */
function movementsTable(view: View): Html {
  const { text, record, printedAt } = view
  if (!record.otherActivity.explained || printedAt) return listOf(view)
  return html`<details class="item-group">
    <summary><h3>${text.finance('otherActivity.movements')}</h3></summary>
    ${listOf(view)}
  </details>`
}

function listOf({ text, record }: View): Html {
  const t = text.finance
  return table(
    t('otherActivity.movements'),
    [
      { label: t('column.what') },
      { label: t('column.product') },
      { label: t('column.howMany'), isNumber: true },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.fee'), isNumber: true },
      { label: t('column.net'), isNumber: true },
    ],
    record.otherActivity.movements.map(({ type, product, currency, count, gross, fee, net }) => [
      capitalised(movementInWords(type, text)),
      product === null ? '–' : html`<code>${product}</code>`,
      count.toLocaleString(text.language),
      amountText(gross, currency, text),
      amountText(fee, currency, text),
      amountText(net, currency, text),
    ]),
  )
}

function rule(view: View): Html {
  const { text, record } = view
  const { explained, decidedBy, decidedAt } = record.otherActivity
  const t = text.finance
  const decision = { who: decidedBy ?? '', time: decidedAt ? dateAndTime(new Date(decidedAt), view) : '' }
  const state =
    decidedBy === null
      ? html`<p>${t('otherActivity.undecided')}</p>`
      : html`<p>
          ${withMarkup(t, explained ? 'otherActivity.isExplained' : 'otherActivity.isNotExplained', decision)}
        </p>`
  const why =
    record.otherActivity.reason === null
      ? ''
      : html`<p>${t('otherActivity.reason', { reason: record.otherActivity.reason })}</p>`
  if (record.closed || !view.mayChange || view.printedAt) return html`${state}${why}`
  const action = `/finance/months/${record.month}/other-activity`
  return html`${state}${why}
    <form method="post" action="${action}">
      <input type="hidden" name="explained" value="${explained ? 'no' : 'yes'}" />
      ${
        explained
          ? ''
          : html`<div class="field">
              <label for="reason-other-activity">${t('settle.reason')}</label>
              ${reasonText('reason-other-activity', shownForm(view, action))}
              <p class="quiet small">${t('settle.reasonHint')}</p>
            </div>`
      }
      <button class="button plain" type="submit">
        ${t(explained ? 'otherActivity.withdraw' : 'otherActivity.decide')}
      </button>
    </form>`
}
