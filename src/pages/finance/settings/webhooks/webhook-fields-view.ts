import { html } from 'hono/html'
import { describedBy, fieldProblem, type FormProblem } from '../../../../html/form-problems-view.ts'
import type { Html } from '../../../../html/layout.ts'
import type { Reach } from '../../../../integrations/webhooks/endpoint.ts'
import type { Text } from '../../../../text/text.ts'
import { choosableEvents, type WebhookEventType } from '../../../../webhooks/webhook-event.ts'

/** What somebody has typed about an endpoint. */
export type TypedEndpoint = {
  readonly url: string
  readonly description: string
  readonly events: readonly string[]
  readonly withDonor: boolean
}

export const emptyEndpoint: TypedEndpoint = {
  url: '',
  description: '',
  events: choosableEvents,
  withDonor: false,
}

const EVENT_WORDS = {
  'donation.created': 'donation_created',
  'donation.reversal_updated': 'donation_reversal_updated',
  'subscription.started': 'subscription_started',
  'subscription.updated': 'subscription_updated',
  'subscription.ended': 'subscription_ended',
  'newsletter.subscribed': 'newsletter_subscribed',
  'newsletter.unsubscribed': 'newsletter_unsubscribed',
  'message.received': 'message_received',
  'endpoint.test': 'endpoint_test',
} as const satisfies Readonly<Record<WebhookEventType, string>>

/** The type of an event in words. */
export function eventInWords(type: WebhookEventType, text: Text): string {
  return text.finance(`webhooks.event.${EVENT_WORDS[type]}`)
}

/** The fields of a form that makes or changes an endpoint. */
export function endpointFields(form: {
  readonly text: Text
  readonly typed: TypedEndpoint
  readonly problems: readonly FormProblem[]
  readonly reach: Reach
}): Html {
  const { text, typed, problems, reach } = form
  const t = text.finance
  return html`<div class="field">
      <label for="url">${t('webhooks.url')}</label>
      <p class="quiet small" id="url-hint">${t(`webhooks.urlHint.${reach}`)}</p>
      <input
        id="url"
        name="url"
        type="text"
        inputmode="url"
        autocomplete="off"
        spellcheck="false"
        required
        maxlength="2000"
        value="${typed.url}"
        ${describedBy('url', problems, true)}
      />
      ${fieldProblem('url', problems)}
    </div>
    <div class="field">
      <label for="description">${t('webhooks.description')}</label>
      <p class="quiet small" id="description-hint">${t('webhooks.descriptionHint')}</p>
      <input
        id="description"
        name="description"
        type="text"
        autocomplete="off"
        maxlength="200"
        value="${typed.description}"
        ${describedBy('description', problems, true)}
      />
      ${fieldProblem('description', problems)}
    </div>
    <fieldset class="roles" id="events" ${describedBy('events', problems)}>
      <legend>${t('webhooks.events')}</legend>
      ${fieldProblem('events', problems)}
      ${choosableEvents.map(
        (type) =>
          html`<label class="role">
            <input
              type="checkbox"
              name="events"
              value="${type}"
              ${typed.events.includes(type) ? html`checked` : ''}
            />
            <span
              >${eventInWords(type, text)}<span class="quiet small"><code>${type}</code></span></span
            >
          </label>`,
      )}
      <label class="role">
        <input type="checkbox" name="withDonor" value="yes" ${typed.withDonor ? html`checked` : ''} />
        <span>${t('webhooks.withDonor')}<span class="quiet small">${t('webhooks.withDonorHint')}</span></span>
      </label>
    </fieldset>`
}
