import { html } from 'hono/html'
import { LONGEST_NAME, LONGEST_TOWN, LONGEST_WORD } from '../../../donors/supporters/supporter-entry.ts'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

/** What the page after paying offers a donor to write. */
export type WordOffer = {
  /** Of the checkout at Stripe, by which the form names the gift. */
  readonly sessionId: string
  /** The donor has written or agreed already. */
  readonly isSent: boolean
  /** Whether the newsroom has a list of supporters, and may name the donor there. */
  readonly list: 'off' | 'named' | 'anonymous'
}

/** A message to the newsroom and, where there is a list of supporters, the box that agrees to it, never ticked beforehand. */
export function wordOffer(
  view: { readonly text: Text; readonly newsroomName: string },
  offer: WordOffer | null,
): Html {
  if (!offer) return html``
  const { text, newsroomName: newsroom } = view
  const t = text.supporters
  if (offer.isSent)
    return html`<p class="notice" role="status" id="word">
      ${t('word.sent')}${offer.list === 'off' ? '' : html` ${t('word.sentHint')}`}
    </p>`
  return html`<section class="panel" id="word">
    <h2>${t('word.heading', { newsroom })}</h2>
    <form method="post" action="/supporters/message" class="subscribe">
      <input type="hidden" name="session_id" value="${offer.sessionId}" />
      <input type="hidden" name="lang" value="${text.locale}" />
      <div class="field">
        <label for="word-message">${t('word.message')}</label>
        <p class="quiet small" id="word-hint">${t('word.lead', { newsroom })}</p>
        <textarea
          id="word-message"
          name="message"
          rows="3"
          dir="auto"
          maxlength="${LONGEST_WORD}"
          aria-describedby="word-hint"
        ></textarea>
      </div>
      ${offer.list === 'off' ? '' : listing(view, offer.list)}
      <div class="actions"><button class="button quiet-button" type="submit">${t('word.send')}</button></div>
    </form>
  </section>`
}

function listing(
  { text, newsroomName }: { readonly text: Text; readonly newsroomName: string },
  list: 'named' | 'anonymous',
): Html {
  const t = text.supporters
  const optional = html`<span class="quiet">${t('word.optional')}</span>`
  return html`<label class="agree">
      <input type="checkbox" name="agree" value="yes" autocomplete="off" />
      <span>${t('consent', { newsroom: newsroomName })}</span>
    </label>
    ${
      list === 'anonymous'
        ? html`<p class="quiet small">${t('word.anonymousHint')}</p>`
        : html`<div class="field">
              <label for="word-name">${t('word.name')} ${optional}</label>
              <p class="quiet small" id="word-name-hint">${t('word.nameHint')}</p>
              <input
                id="word-name"
                type="text"
                name="name"
                autocomplete="given-name"
                dir="auto"
                maxlength="${LONGEST_NAME}"
                aria-describedby="word-name-hint"
              />
            </div>
            <div class="field">
              <label for="word-town">${t('word.town')} ${optional}</label>
              <input
                id="word-town"
                type="text"
                name="town"
                autocomplete="address-level2"
                dir="auto"
                maxlength="${LONGEST_TOWN}"
              />
            </div>`
    }`
}
