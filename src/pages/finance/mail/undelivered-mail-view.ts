import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import { mayActAs } from '../../../access/role.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney } from '../../../money/money.ts'
import type { UndeliveredMail } from '../../../mail/undelivered-mail.ts'
import { dateAndTime, financePage, type FinanceFrame, ownDirection } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'

export type UndeliveredMailView = FinanceFrame & {
  readonly mails: readonly UndeliveredMail[]
  /** How many there are in all; more than `mails` when the page does not show every one. */
  readonly count: number
  /** What was just done, to be said at the top. */
  readonly done: 'sent' | 'left' | null
}

export function undeliveredMailPage(view: UndeliveredMailView): string {
  const { text, mails, count, done } = view
  const t = text.finance
  const title = t('mail.title')
  return financePage(view, {
    title,
    current: null,
    body: html`<h1>${title}</h1>
      ${done ? html`<p class="notice" role="status">${t(`mail.done.${done}`)}</p>` : ''}
      ${count === 0 ? html`<p>${t('mail.none')}</p>` : mayActAs(view.role, 'finance') ? html`<p>${t('mail.whatToDo')}</p>` : ''}
      ${count > mails.length ? html`<p class="quiet">${t('mail.first', { shown: mails.length, count })}</p>` : ''}
      ${mails.map((mail) => undelivered(mail, view))}
      <p><a href="/finance">${t('refusal.toDonations')}</a></p>`,
  })
}

function undelivered(mail: UndeliveredMail, view: UndeliveredMailView): Html {
  const { text } = view
  const t = text.finance
  const { id, donation, receiptNumber, failure, reason, givenUpAt } = mail
  const donor = donation.donorName ?? donation.donorEmail ?? t('unknownDonor')
  const amount = formatMoney(donation.gross, text.language)
  return html`<div class="undelivered">
    <h2 id="mail-${id}">
      <a href="/finance/donations/${encodeURIComponent(donation.id)}"
        >${withMarkup(t, 'mail.about', { number: receiptNumber, donor: ownDirection(donor), amount })}</a
      >
    </h2>
    <p>${t(`mail.failure.${failure ?? 'other'}`)}</p>
    <p class="quiet small">
      ${t('mail.givenUp')}
      ${dateAndTime(givenUpAt, view)}${reason === null ? '' : html` · <code>${reason}</code>`}
    </p>
    ${mayActAs(view.role, 'finance') ? foldedForm(mail, view) : ''}
  </div>`
}

/** With more mails than these the forms are folded, so that a phone shows which mails there are. */
const MOST_OPEN = 3

function foldedForm(mail: UndeliveredMail, view: UndeliveredMailView): Html {
  const { text, mails } = view
  if (mails.length <= MOST_OPEN) return sendAgainForm(mail, view)
  const { isKept } = shownForm(view, `/finance/mail/${mail.id}`)
  return html`<details ${isKept ? html`open=""` : ''}>
    <summary>${text.finance('mail.fold')}</summary>
    ${sendAgainForm(mail, view)}
  </details>`
}

/** Only for those who may send mail: an auditor reads what was not delivered. */
function sendAgainForm({ id, donation }: UndeliveredMail, view: UndeliveredMailView): Html {
  const t = view.text.finance
  const field = `email-${id}`
  const action = `/finance/mail/${id}`
  const { typed, problems } = shownForm(view, action)
  return html`<form method="post" action="${action}">
    <div class="field">
      <label for="${field}">${t('mail.email')}</label>
      ${donation.isRecurring ? html`<p class="quiet small" id="${field}-hint">${t('mail.recurringHint')}</p>` : ''}
      <input
        id="${field}"
        name="email"
        type="email"
        autocomplete="off"
        required
        maxlength="254"
        value="${typed('email', donation.donorEmail ?? '')}"
        ${describedBy(field, problems, donation.isRecurring)}
      />
      ${fieldProblem(field, problems)}
    </div>
    <div class="actions">
      <button class="button" type="submit" name="action" value="send" aria-describedby="mail-${id}">
        ${t('mail.sendAgain')}
      </button>
      <button
        class="button plain"
        type="submit"
        name="action"
        value="leave"
        formnovalidate
        aria-describedby="mail-${id}"
      >
        ${t('mail.leave')}
      </button>
    </div>
  </form>`
}
