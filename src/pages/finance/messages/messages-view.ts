import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import type { SupporterEntry } from '../../../donors/supporters/supporter-entry.ts'
import type { ReaderMessage } from '../../../donors/messages/reader-message.ts'
import type { Html } from '../../../html/layout.ts'
import { dateAndTime, financePage, type FinanceFrame, ownDirection } from '../frame/finance-layout-view.ts'

export type MessagesView = FinanceFrame & {
  /** Where the messages go by e-mail. */
  readonly newsroomEmail: string
  /** Whether and when they do. */
  readonly messageMail: 'at_once' | 'daily' | 'off'
  /** Those that wait come first. */
  readonly messages: readonly ReaderMessage[]
  /** Entries of the list of supporters, those to be decided first; null: the newsroom has no such list. */
  readonly entries: readonly SupporterEntry[] | null
}

export function messagesPage(view: MessagesView): string {
  const { text, messages, newsroomEmail } = view
  const t = text.finance
  const title = t('messages.title')
  return financePage(view, {
    title,
    current: null,
    body: html`<h1>${title}</h1>
      <p>${t(`messages.lead.${view.messageMail}`, { email: newsroomEmail })}</p>
      ${view.entries === null ? '' : supporters(view.entries, view)}
      ${view.entries === null ? '' : html`<h2>${t('messages.messages')}</h2>`}
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
  const { id, donationId, donorName, donorEmail, writtenAt, answeredBy, source } = message
  const who = donorName ?? donorEmail ?? t('unknownDonor')
  return html`<h2 id="question-${id}">${ownDirection(who)}</h2>
    <p class="quiet small">
      ${dateAndTime(writtenAt, view)} · ${t(`messages.source.${source}`)} ·
      <a href="/finance/donors/${donationId}" aria-describedby="question-${id}">${t('messages.gift')}</a>
    </p>
    <p class="asked" dir="auto">${message.text === '' ? t('messages.erased') : message.text}</p>
    ${
      source !== 'my'
        ? ''
        : answeredBy === null
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

/** What donors agreed to show. Nothing of it is public before somebody approves it here. */
function supporters(entries: readonly SupporterEntry[], view: MessagesView): Html {
  const t = view.text.finance
  return html`<section>
    <h2>${t('messages.supporters')}</h2>
    <p>${t('messages.supportersLead')} <a href="/supporters">${t('messages.toList')}</a></p>
    ${entries.length === 0 ? html`<p class="calm">${t('messages.noEntries')}</p>` : ''}
    <ul class="questions">
      ${entries.map((entry) => html`<li>${supporter(entry, view)}</li>`)}
    </ul>
  </section>`
}

function supporter(entry: SupporterEntry, view: MessagesView): Html {
  const t = view.text.finance
  const { id, donationId, name, town, message, consentedAt, decision, decidedBy } = entry
  const button = (what: 'approve' | 'hide') =>
    html`<button
      class="button ${what === 'approve' && decision === null ? '' : 'plain'}"
      type="submit"
      name="decision"
      value="${what === 'approve' ? 'approved' : 'hidden'}"
      aria-describedby="entry-${id}"
    >
      ${t(`messages.${what}`)}
    </button>`
  const who = name ?? t('messages.anonymous')
  return html`<h3 id="entry-${id}" dir="auto">
      ${town === null ? who : t('messages.nameOfTown', { name: who, town })}
    </h3>
    <p class="quiet small">
      ${dateAndTime(consentedAt, view)} ·
      <a href="/finance/donors/${donationId}" aria-describedby="entry-${id}">${t('messages.gift')}</a>
    </p>
    ${message === null ? '' : html`<p class="asked" dir="auto">${message}</p>`}
    ${
      decision === null
        ? html`<p class="status watch">${t('messages.undecided')}</p>`
        : html`<p class="quiet small">${t(`messages.decision.${decision}`, { who: decidedBy ?? '' })}</p>`
    }
    ${
      mayActAs(view.role, 'finance')
        ? html`<form class="actions" method="post" action="/finance/messages/supporters/${id}">
            ${decision === 'approved' ? '' : button('approve')} ${decision === 'hidden' ? '' : button('hide')}
          </form>`
        : ''
    }`
}
