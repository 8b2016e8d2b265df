import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import type { ReaderMessage } from '../../../donors/reader-message.ts'
import type { Html } from '../../../html/layout.ts'
import { dateAndTime, financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type MessagesView = FinanceFrame & {
  /** Where the questions go by e-mail. */
  readonly newsroomEmail: string
  /** Those that wait come first. */
  readonly messages: readonly ReaderMessage[]
}

export function messagesPage(view: MessagesView): string {
  const { text, messages, newsroomEmail } = view
  const t = text.finance
  const title = t('messages.title')
  return financePage(view, {
    title,
    current: null,
    body: html`<h1>${title}</h1>
      <p>${t('messages.lead', { email: newsroomEmail })}</p>
      ${messages.length === 0 ? html`<p class="calm">${t('messages.none')}</p>` : ''}
      <ul class="questions">
        ${messages.map((message) => html`<li>${question(message, view)}</li>`)}
      </ul>
      <p><a href="/finance">${t('refusal.toDonations')}</a></p>`,
  })
}

function question(message: ReaderMessage, view: MessagesView): Html {
  const { text } = view
  const t = text.finance
  const { id, donationId, donorName, donorEmail, writtenAt, answeredBy } = message
  const who = donorName ?? donorEmail ?? t('unknownDonor')
  return html`<h2 id="question-${id}">${who}</h2>
    <p class="quiet small">
      ${dateAndTime(writtenAt, view)} ·
      <a href="/finance/donors/${donationId}" aria-describedby="question-${id}">${t('messages.gift')}</a>
    </p>
    <p class="asked" dir="auto">${message.text === '' ? t('messages.erased') : message.text}</p>
    ${
      answeredBy === null
        ? html`<p class="status watch">${t('messages.waits')}</p>
            ${waiting(message, view)}`
        : html`<p class="quiet small">${t('messages.answered', { who: answeredBy })}</p>`
    }`
}

function waiting({ id, donorEmail }: ReaderMessage, { text, role, newsroomName }: MessagesView): Html {
  const t = text.finance
  const subject = encodeURIComponent(t('messages.subject', { newsroom: newsroomName }))
  const reply =
    donorEmail !== null
      ? html`<a
          class="button"
          href="mailto:${encodeURIComponent(donorEmail)}?subject=${subject}"
          aria-describedby="question-${id}"
          >${t('messages.reply')}</a
        >`
      : ''
  if (!mayActAs(role, 'finance')) return html``
  return html`<form class="actions" method="post" action="/finance/messages/${id}/answered">
    ${reply}
    <button class="button plain" type="submit" aria-describedby="question-${id}">
      ${t('messages.markAnswered')}
    </button>
  </form>`
}
