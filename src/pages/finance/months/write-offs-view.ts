import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { accountInWords, amountText, dateAndTime } from '../frame/finance-layout-view.ts'
import { shownForm, type ShownForm } from '../frame/kept-form-view.ts'
import { waitsForApproval, type MonthView, type WriteOffLine } from './month-parts-view.ts'
import { itemName } from './month-words-view.ts'

/** The write-offs of a month, each with who did what, and what may be done with it now. */
export function writeOffs(view: MonthView): Html {
  const { text, record } = view
  const t = text.finance
  if (record.writeOffs.length === 0) return html``
  return html`<h2 id="write-offs">${t('writeOffs.title')}</h2>
    <p class="quiet">${t('writeOffs.lead')}</p>
    <ul class="write-offs">
      ${record.writeOffs.map((one) => html`<li>${writeOff(one, view)}</li>`)}
    </ul>`
}

function writeOff(one: WriteOffLine, view: MonthView): Html {
  const { text, facts } = view
  const t = text.finance
  const accounts = { from: accountInWords(one.fromAccount, text), to: accountInWords(one.toAccount, text) }
  return html`<p class="write-off">
      <strong>${itemName(one, facts.get(one.object), text)}</strong>
      <span class="number">${amountText(one.amount, one.currency, text)}</span>
    </p>
    <p>
      <span class="status ${one.posted && !one.reversed ? 'good' : 'watch'}">${state(one, view)}</span>
      ${t('writeOffs.row', accounts)}: “${one.reason}”
    </p>
    <p class="quiet small">${story(one, view)}</p>
    ${view.mayChange && !view.printedAt ? forms(one, view) : ''}`
}

function state(one: WriteOffLine, { text }: MonthView): string {
  const t = text.finance
  if (one.declined) return t('writeOffs.declined')
  if (one.reversed) return t('writeOffs.reversed')
  return t(one.posted ? 'writeOffs.posted' : 'writeOffs.waiting')
}

function story(one: WriteOffLine, view: MonthView): Html {
  const t = view.text.finance
  const time = (at: string) => dateAndTime(new Date(at), view)
  const { posted, declined, reversed, needsApproval } = one
  return html`${withMarkup(t, 'writeOffs.prepared', { who: one.preparedBy, time: time(one.preparedAt) })}${
    posted && needsApproval
      ? html`, ${withMarkup(t, 'writeOffs.approved', { who: posted.by, time: time(posted.at) })}`
      : ''
  }${
    declined
      ? html`,
        ${withMarkup(t, 'writeOffs.declinedBy', {
          who: declined.by,
          time: time(declined.at),
          reason: declined.reason ?? '',
        })}`
      : ''
  }${
    reversed
      ? html`,
        ${withMarkup(t, 'writeOffs.reversedBy', {
          who: reversed.by,
          time: time(reversed.at),
          reason: reversed.reason ?? '',
        })}`
      : ''
  }.`
}

/** A posted write-off may be reversed even when its month is closed; the reversal then counts in the open month. */
function forms(one: WriteOffLine, view: MonthView): Html {
  const { text, month, staffEmail } = view
  const t = text.finance
  const path = `/finance/months/${month}/write-offs/${one.id}`
  if (one.posted && !one.reversed)
    return html`<details ${shownForm(view, `${path}/reverse`).isKept ? html`open=""` : ''}>
      <summary>${t('writeOffs.reverse')}</summary>
      <p>${t('writeOffs.reverseLead')}</p>
      ${reasonForm(`${path}/reverse`, `reverse-${one.id}`, t('writeOffs.reverseReason'), t('writeOffs.reverse'), view)}
    </details>`
  if (!waitsForApproval(one)) return html``
  return html`${
      one.preparedBy === staffEmail
        ? html`<p>${t('writeOffs.approveOwn')}</p>`
        : html`<form method="post" action="${path}/approve">
            <button class="button" type="submit">${t('writeOffs.approve')}</button>
          </form>`
    }
    <details ${shownForm(view, `${path}/decline`).isKept ? html`open=""` : ''}>
      <summary>${t('writeOffs.decline')}</summary>
      ${reasonForm(`${path}/decline`, `decline-${one.id}`, t('writeOffs.declineReason'), t('writeOffs.decline'), view)}
    </details>`
}

/** The field for a reason, with what was typed and why it was refused. */
export function reasonText(id: string, { typed, problems }: ShownForm): Html {
  return html`<textarea
      id="${id}"
      name="reason"
      rows="2"
      minlength="10"
      maxlength="1000"
      required
      ${describedBy(id, problems)}
    >
${typed('reason')}</textarea>
    ${fieldProblem(id, problems)}`
}

/** Who has looked through what was accepted and written off in the month, and the button for it. */
export function reviewOfSignOffs(view: MonthView): Html {
  const { text, month, review } = view
  const t = text.finance
  if (review.acts === 0) return html``
  const { latest } = review
  const by = { who: latest?.by ?? '', time: latest ? dateAndTime(latest.at, view) : '' }
  const words =
    latest === null ? t('review.never') : withMarkup(t, latest.isCurrent ? 'review.done' : 'review.again', by)
  const mayReview = view.mayChange && !view.printedAt && !latest?.isCurrent
  return html`<h2 id="review">${t('review.title')}</h2>
    ${mayReview ? html`<p class="quiet">${t('review.lead')}</p>` : ''}
    <p>${words}</p>
    ${
      mayReview
        ? html`<form method="post" action="/finance/months/${month}/review">
            <input type="hidden" name="seen" value="${review.covers}" />
            <button class="button" type="submit">${t('review.submit')}</button>
          </form>`
        : ''
    }`
}

function reasonForm(action: string, id: string, label: string, submit: string, view: MonthView): Html {
  const { text } = view
  return html`<form method="post" action="${action}">
    <div class="field">
      <label for="${id}">${label}</label>
      ${reasonText(id, shownForm(view, action))}
      <p class="quiet small">${text.finance('settle.reasonHint')}</p>
    </div>
    <button class="button plain" type="submit">${submit}</button>
  </form>`
}
