import { html } from 'hono/html'
import { problemSummary, type FormProblem } from '../../../../html/form-problems-view.ts'
import { withMarkup, type Html } from '../../../../html/layout.ts'
import type { Reach, WebhookEndpoint } from '../../../../integrations/webhooks/endpoint.ts'
import { choosableEvents } from '../../../../webhooks/webhook-event.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../../frame/finance-layout-view.ts'
import { toSettings } from '../settings-view.ts'
import { endpointFields, eventInWords, type TypedEndpoint } from './webhook-fields-view.ts'

export const WEBHOOKS = '/finance/settings/webhooks'

export type WebhookListView = FinanceFrame & {
  readonly endpoints: readonly (WebhookEndpoint & { readonly pending: number; readonly givenUp: number })[]
  readonly isDeleted: boolean
  /** The id of the form's endpoint: a form that is sent twice makes one. */
  readonly requestId: string
  readonly typed: TypedEndpoint
  readonly problems: readonly FormProblem[]
  readonly reach: Reach
}

/** Every endpoint and how it fares, and a form that makes one. */
export function webhooksPage(view: WebhookListView): string {
  const { text, endpoints, problems, typed, reach, requestId, isDeleted } = view
  const t = text.finance
  const title = t('webhooks.title')
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${problemSummary(text, problems)}
      ${isDeleted ? html`<p class="notice" role="status">${t('webhooks.deletedNow')}</p>` : ''}
      <p>${t('webhooks.lead')}</p>
      ${endpoints.length === 0 ? html`<p class="notice">${t('webhooks.none')}</p>` : list(view)}
      <section class="card" aria-labelledby="add">
        <h2 id="add">${t('webhooks.add')}</h2>
        <form method="post" action="${WEBHOOKS}">
          <input type="hidden" name="request" value="${requestId}" />
          ${endpointFields({ text, typed, problems, reach })}
          <div class="actions"><button class="button" type="submit">${t('webhooks.submit')}</button></div>
        </form>
      </section>
      <p class="quiet small">${t('webhooks.guide')}</p>`,
  })
}

function list(view: WebhookListView): Html {
  const { text, endpoints } = view
  const t = text.finance
  const count = (number: number) => number.toLocaleString(text.language)
  return table(
    t('webhooks.listed'),
    [
      { label: t('webhooks.column.system') },
      { label: t('webhooks.column.events') },
      { label: t('webhooks.column.state') },
      { label: t('webhooks.column.waiting'), isNumber: true },
      { label: t('webhooks.column.givenUp'), isNumber: true },
    ],
    endpoints.map((endpoint) => [
      html`<a class="long" href="${WEBHOOKS}/${endpoint.id}">${nameOf(endpoint)}</a>`,
      endpoint.events.length === choosableEvents.length
        ? t('webhooks.everything')
        : endpoint.events.map((type) => eventInWords(type, text)).join(' · '),
      stateTag(endpoint, view),
      count(endpoint.pending),
      count(endpoint.givenUp),
    ]),
  )
}

/** What staff call it, or else its host. */
export function nameOf({ description, url }: Pick<WebhookEndpoint, 'description' | 'url'>): string {
  return description === '' ? new URL(url).host : description
}

export function stateTag({ disabled, failingSince }: WebhookEndpoint, frame: FinanceFrame): Html {
  const t = frame.text.finance
  if (disabled !== null) {
    const state = disabled.because === 'failing' ? 'failingOff' : disabled.because
    return html`<span class="status watch">${t(`webhooks.state.${state}`)}</span>`
  }
  if (failingSince === null) return html`<span class="status good">${t('webhooks.state.works')}</span>`
  const time = dateAndTime(failingSince, frame)
  return html`<span class="status watch">${withMarkup(t, 'webhooks.state.failing', { time })}</span>`
}

/** The only page that ever shows the secret. @param view.until null for a new endpoint */
export function webhookSecretPage(
  view: FinanceFrame & {
    readonly id: string
    readonly host: string
    readonly secret: string
    readonly until: Date | null
  },
): string {
  const { text, id, host, secret, until } = view
  const t = text.finance
  return financePage(view, {
    title: t('webhooks.secretTitle'),
    current: 'settings',
    body: html`<h1>${t('webhooks.secretTitle')}</h1>
      <p>${t('webhooks.secretOf', { host })}</p>
      <p><code class="head">${secret}</code></p>
      <p>${t('webhooks.secretOnce')}</p>
      ${until === null ? '' : html`<p>${withMarkup(t, 'webhooks.secretRolled', { time: dateAndTime(until, view) })}</p>`}
      <div class="actions"><a class="button" href="${WEBHOOKS}/${id}">${t('webhooks.kept')}</a></div>`,
  })
}

/** Confirms that an endpoint is deleted. */
export function webhookDeletionPage(view: FinanceFrame & { readonly endpoint: WebhookEndpoint }): string {
  const { text, endpoint } = view
  const t = text.finance
  return financePage(view, {
    title: t('webhooks.deleteTitle'),
    current: 'settings',
    body: html`<p class="back"><a href="${WEBHOOKS}/${endpoint.id}">← ${nameOf(endpoint)}</a></p>
      <h1>${t('webhooks.deleteTitle')}</h1>
      <p class="long">${endpoint.url}</p>
      <p>${t('webhooks.deleteWhat')}</p>
      <form method="post" action="${WEBHOOKS}/${endpoint.id}/delete">
        <div class="actions">
          <button class="button danger" type="submit">${t('webhooks.delete')}</button>
          <a href="${WEBHOOKS}/${endpoint.id}">${t('settings.cancel')}</a>
        </div>
      </form>`,
  })
}
