import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import { dateAndTime, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'

export type ShownNote = {
  readonly id: bigint
  readonly text: string
  readonly writtenBy: string
  readonly writtenAt: Date
  readonly withdrawnBy: string | null
  readonly withdrawnAt: Date | null
}

export type DeskView = FinanceFrame &
  Pick<DonationRecord, 'id' | 'donor' | 'receipt'> & {
    readonly notes: readonly ShownNote[]
  }

/** What staff wrote about the donation, and a form for those who may write. */
export function notesPart(view: DeskView): Html {
  const { text, role, id, notes } = view
  const t = text.finance
  const mayWrite = mayActAs(role, 'finance')
  if (notes.length === 0 && !mayWrite) return html``
  const action = `/finance/donations/${encodeURIComponent(id)}/notes`
  const { isKept, typed, problems } = shownForm(view, action)
  return html`<h2>${t('note.title')}</h2>
    ${
      notes.length === 0
        ? ''
        : html`<ul class="notes">
            ${notes.map((note) => html`<li>${notePart(note, view, mayWrite)}</li>`)}
          </ul>`
    }
    ${
      mayWrite
        ? html`<details ${isKept ? html`open="open"` : ''}>
            <summary>${t('note.add')}</summary>
            <form class="correct" method="post" action="${action}">
              <div class="field">
                <label for="note-text">${t('note.text')}</label>
                <textarea
                  id="note-text"
                  name="text"
                  rows="3"
                  maxlength="2000"
                  required
                  ${describedBy('note-text', problems)}
                >
${typed('text')}</textarea>
                ${fieldProblem('note-text', problems)}
              </div>
              <div class="actions"><button class="button plain" type="submit">${t('note.save')}</button></div>
            </form>
          </details>`
        : ''
    }`
}

function notePart(note: ShownNote, view: DeskView, mayWrite: boolean): Html {
  const { text, id } = view
  const t = text.finance
  const { writtenBy, writtenAt, withdrawnBy, withdrawnAt } = note
  const words = note.text === '' ? t('note.erased') : note.text
  const url = `/finance/donations/${encodeURIComponent(id)}/notes/${String(note.id)}/withdraw`
  return html`<p>${withdrawnAt === null ? words : html`<s>${words}</s>`}</p>
    <p class="quiet small">
      ${writtenBy}, ${dateAndTime(writtenAt, view)}
      ${withdrawnAt === null ? '' : html`· ${t('note.withdrawnBy', { who: withdrawnBy ?? '' })} ${dateAndTime(withdrawnAt, view)}`}
    </p>
    ${
      mayWrite && withdrawnAt === null
        ? html`<form method="post" action="${url}">
            <button class="link-button" type="submit">${t('note.withdraw')}</button>
          </form>`
        : ''
    }`
}

/** Whom the receipt names and where it goes, to correct; and the receipt once more. */
export function receiptDesk(view: DeskView): Html {
  const { text, role, id, donor, receipt } = view
  if (receipt === null || !mayActAs(role, 'finance')) return html``
  const t = text.finance
  const action = `/finance/donations/${encodeURIComponent(id)}/receipt`
  const { isKept, typed, problems } = shownForm(view, action)
  return html`<details class="correct" ${isKept ? html`open="open"` : ''}>
      <summary>${t('receiptDesk.open')}</summary>
      <form method="post" action="${action}">
        <div class="field">
          <label for="receipt-name">${t('receiptDesk.name')}</label>
          <input
            id="receipt-name"
            type="text"
            name="name"
            maxlength="200"
            autocomplete="off"
            value="${typed('name', donor.name ?? '')}"
            ${describedBy('receipt-name', problems)}
          />
          ${fieldProblem('receipt-name', problems)}
        </div>
        <div class="field">
          <label for="receipt-email">${t('receiptDesk.email')}</label>
          <input
            id="receipt-email"
            type="email"
            name="email"
            maxlength="254"
            autocomplete="off"
            value="${typed('email', donor.email ?? '')}"
            ${describedBy('receipt-email', problems)}
          />
          ${fieldProblem('receipt-email', problems)}
        </div>
        <p class="quiet small">${t('receiptDesk.whatFollows')}</p>
        <div class="actions">
          <button class="button plain" type="submit">${t('receiptDesk.correct')}</button>
        </div>
      </form>
    </details>
    ${
      donor.email === null
        ? ''
        : html`<form method="post" action="${action}/send">
            <button class="link-button" type="submit">${t('receiptDesk.sendAgain')}</button>
          </form>`
    }`
}
