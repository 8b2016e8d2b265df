import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { Consent } from '../../../newsletter/consent.ts'
import { dayInWords } from '../../../subscriptions/agreement-words.ts'
import type { Text } from '../../../text/text.ts'
import { consentBox } from '../newsletter/newsletter-view.ts'

/** The newsletter on a donor's own page. */
export type OwnNewsletter = {
  /** By which the address gets it; null: it does not. */
  readonly consent: Pick<Consent, 'text' | 'language' | 'confirmedAt'> | null
}

/** Whether the donor gets the newsletter and by which words, and the button that changes it. */
export function ownNewsletter(
  view: {
    readonly text: Text
    readonly newsroom: { readonly name: string; readonly timezone: string }
    readonly path: string
  },
  own: OwnNewsletter | null,
): Html {
  if (!own) return html``
  const { text, newsroom, path } = view
  const t = text.newsletter
  const { consent } = own
  if (!consent?.confirmedAt)
    return html`<section>
      <h2>${t('my.heading')}</h2>
      <p>${t('my.none')}</p>
      <form method="post" action="${path}/newsletter" class="subscribe">
        <input type="hidden" name="lang" value="${text.locale}" />
        ${consentBox({ text, newsroomName: newsroom.name })}
        <button class="button plain" type="submit" name="wish" value="subscribe">${t('my.subscribe')}</button>
      </form>
    </section>`
  return html`<section>
    <h2>${t('my.heading')}</h2>
    <p>${t('my.since', { date: dayInWords(consent.confirmedAt, newsroom.timezone, text) })}</p>
    <p class="quiet small">${t('my.agreed', { text: consent.text })}</p>
    <form method="post" action="${path}/newsletter">
      <button class="button plain" type="submit" name="wish" value="unsubscribe">
        ${t('unsubscribe.button')}
      </button>
    </form>
  </section>`
}
