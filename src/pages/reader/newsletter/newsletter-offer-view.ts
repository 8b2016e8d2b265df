import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import { consentBox } from './newsletter-view.ts'

/** The newsletter on the page after paying. */
export type NewsletterOffer = {
  /** Of the checkout at Stripe, by which the form names the gift and its address. */
  readonly sessionId: string
  /** The reader ticked the box here or on the form of the gift. */
  readonly isAsked: boolean
}

/** The box, never ticked beforehand; what follows is an e-mail with a link. Nothing where no newsletter is offered. */
export function newsletterOffer(
  view: { readonly text: Text; readonly newsroomName: string },
  offer: NewsletterOffer | null,
): Html {
  if (!offer) return html``
  const t = view.text.newsletter
  if (offer.isAsked) return html`<p class="notice" role="status">${t('thanks.asked')}</p>`
  return html`<section class="panel">
    <h2>${t('thanks.heading')}</h2>
    <form method="post" action="/newsletter/thank-you" class="subscribe">
      <input type="hidden" name="session_id" value="${offer.sessionId}" />
      <input type="hidden" name="lang" value="${view.text.locale}" />
      ${consentBox(view)}
      <div class="actions">
        <button class="button quiet-button" type="submit">${t('form.subscribe')}</button>
      </div>
    </form>
  </section>`
}
