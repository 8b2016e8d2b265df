import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../../html/form-problems-view.ts'
import { withMarkup, type Html } from '../../../../html/layout.ts'
import {
  deliveryStatuses,
  type DeliveryStatus,
  type Reach,
  type WebhookDelivery,
  type WebhookEndpoint,
} from '../../../../integrations/webhooks/endpoint.ts'
import { webhookEventTypes } from '../../../../webhooks/webhook-event.ts'
import {
  dateAndTime,
  donationLink,
  financePage,
  table,
  type FinanceFrame,
} from '../../frame/finance-layout-view.ts'
import { endpointFields, eventInWords, type TypedEndpoint } from './webhook-fields-view.ts'
import { nameOf, stateTag, WEBHOOKS } from './webhooks-view.ts'

export type WebhookView = FinanceFrame & {
  readonly endpoint: WebhookEndpoint
  readonly now: Date
  readonly typed: TypedEndpoint
  /** The days that were typed into the form that delivers again. */
  readonly days: { readonly from: string; readonly to: string }
  readonly problems: readonly FormProblem[]
  readonly reach: Reach
  readonly done: { readonly what: Done; readonly count: number } | null
  readonly status: DeliveryStatus | null
  readonly deliveries: readonly WebhookDelivery[]
  /** The id after which the older deliveries begin; null: there are none. */
  readonly older: bigint | null
  readonly keptDays: number
}

export const doings = ['changed', 'enabled', 'disabled', 'test', 'replayed'] as const
export type Done = (typeof doings)[number]

/** One endpoint: how it fares, what was delivered to it, and what an admin can do. */
export function webhookPage(view: WebhookView): string {
  const { text, endpoint, problems, done, typed, reach } = view
  const t = text.finance
  const title = nameOf(endpoint)
  const own = `${WEBHOOKS}/${endpoint.id}`
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`<p class="back"><a href="${WEBHOOKS}">${t('webhooks.back')}</a></p>
      <h1 class="long">${title}</h1>
      ${problemSummary(text, problems)}
      ${done === null ? '' : html`<p class="notice" role="status">${doneWords(done, view)}</p>`}
      <p>${stateTag(endpoint, view)} <code class="long">${endpoint.url}</code></p>
      ${conditions(view)} ${deliveryList(view)} ${again(view)} ${actions(view)}
      <section class="card" aria-labelledby="settings">
        <h2 id="settings">${t('webhooks.settings')}</h2>
        <form method="post" action="${own}">
          ${endpointFields({ text, typed, problems, reach })}
          <div class="actions"><button class="button" type="submit">${t('webhooks.save')}</button></div>
        </form>
      </section>
      <p class="quiet">
        <a href="/finance/settings/audit?subject=webhook-endpoint/${endpoint.id}">${t('webhooks.history')}</a>
      </p>`,
  })
}

function doneWords({ what, count }: NonNullable<WebhookView['done']>, { text }: WebhookView): string {
  const t = text.finance
  switch (what) {
    case 'changed':
      return t('webhooks.changed')
    case 'enabled':
      return t('webhooks.enabledNow')
    case 'disabled':
      return t('webhooks.disabledNow')
    case 'test':
      return t('webhooks.testSent')
    case 'replayed':
      return count === 0 ? t('webhooks.replayedNone') : t('webhooks.replayed', { count })
  }
}

function conditions(view: WebhookView): Html {
  const { text, endpoint, now } = view
  const { disabled, failingSince, formerSecretUntil } = endpoint
  const t = text.finance
  const time = (at: Date) => ({ time: dateAndTime(at, view) })
  return html`${disabled === null ? '' : html`<p>${t(`webhooks.disabledBecause.${disabled.because}`)} ${withMarkup(t, 'webhooks.disabledSince', time(disabled.at))}</p>`}
  ${
    disabled === null && failingSince !== null
      ? html`<p>${withMarkup(t, 'webhooks.failingSince', time(failingSince))}</p>`
      : ''
  }
  ${
    formerSecretUntil !== null && formerSecretUntil > now
      ? html`<p>${withMarkup(t, 'webhooks.formerSecret', time(formerSecretUntil))}</p>`
      : ''
  }`
}

function deliveryList(view: WebhookView): Html {
  const { text, endpoint, deliveries, status, older, keptDays } = view
  const t = text.finance
  const own = `${WEBHOOKS}/${endpoint.id}`
  const choice = (to: DeliveryStatus | null, words: string) =>
    html`<a
      href="${own}${to === null ? '' : `?status=${to}`}#deliveries"
      ${to === status ? html`aria-current="page"` : ''}
      >${words}</a
    >`
  return html`<section aria-labelledby="deliveries">
    <h2 id="deliveries">${t('webhooks.deliveries')}</h2>
    <nav class="sections" aria-label="${t('webhooks.filter')}">
      ${choice(null, t('webhooks.showAll'))}
      ${deliveryStatuses.map((one) => choice(one, t(`webhooks.status.${one}`)))}
    </nav>
    ${
      deliveries.length === 0
        ? html`<p class="notice">${t('webhooks.noDeliveries')}</p>`
        : table(
            t('webhooks.newestFirst'),
            [
              { label: t('webhooks.delivery.message') },
              { label: t('webhooks.delivery.state') },
              { label: t('webhooks.delivery.tries'), isNumber: true },
              { label: t('webhooks.delivery.answer') },
              { label: t('webhooks.delivery.again') },
            ],
            deliveries.map((delivery) => row(delivery, view)),
          )
    }
    ${
      older === null
        ? ''
        : html`<p>
            <a
              rel="next"
              href="${own}?${status === null ? '' : `status=${status}&`}before=${String(older)}#deliveries"
              >${t('webhooks.older')}</a
            >
          </p>`
    }
    <p class="quiet small">${t('webhooks.keptFor', { count: keptDays })}</p>
  </section>`
}

function row(delivery: WebhookDelivery, view: WebhookView): (Html | string)[] {
  const { text, endpoint } = view
  const t = text.finance
  const { id, type, subject, recordedAt, status, attempts } = delivery
  const known = webhookEventTypes.find((one) => one === type)
  const about = type.startsWith('donation.')
    ? donationLink(subject, subject.slice(0, 8))
    : html`<code>${subject}</code>`
  const words = html`<span id="message-${id}">${known ? eventInWords(known, text) : type}</span>`
  return [
    html`${words}<br /><span class="quiet small"
        >${dateAndTime(recordedAt, view)}${type === 'endpoint.test' ? '' : html` · ${about}`}</span
      >`,
    html`<span class="status ${status === 'delivered' ? 'good' : 'watch'}"
        >${t(`webhooks.status.${status}`)}</span
      >
      ${status === 'pending' && endpoint.disabled === null ? nextTry(delivery, view) : ''}`,
    attempts.toLocaleString(text.language),
    lastAnswer(delivery, view),
    html`<form method="post" action="${WEBHOOKS}/${endpoint.id}/deliveries/${id}">
      <button class="button plain" type="submit" id="again-${id}" aria-labelledby="again-${id} message-${id}">
        ${t('webhooks.replay')}
      </button>
    </form>`,
  ]
}

function nextTry({ nextAttemptAt }: WebhookDelivery, view: WebhookView): Html {
  const t = view.text.finance
  if (nextAttemptAt <= view.now) return html`<span class="quiet small">${t('webhooks.due')}</span>`
  const time = dateAndTime(nextAttemptAt, view)
  return html`<span class="quiet small">${withMarkup(t, 'webhooks.next', { time })}</span>`
}

function lastAnswer(
  { lastAttemptAt, failure, answerCode, answerStart }: WebhookDelivery,
  view: WebhookView,
): Html {
  const t = view.text.finance
  if (lastAttemptAt === null) return html`<span class="quiet">${t('webhooks.notTried')}</span>`
  if (answerCode === null) return html`${failure === null ? '' : t(`webhooks.failure.${failure}`)}`
  const start =
    answerStart === null
      ? view.endpoint.withDonor
        ? html`<br /><span class="quiet small">${t('webhooks.hidden')}</span>`
        : ''
      : answerStart === ''
        ? ''
        : html`<br /><code class="long small">${answerStart}</code>`
  return html`<strong>${answerCode}</strong>${start}`
}

function again({ text, endpoint, days, problems }: WebhookView): Html {
  const t = text.finance
  const day = (name: 'from' | 'to') =>
    html`<div class="field">
      <label for="${name}">${t(`webhooks.${name}`)}</label>
      <input
        id="${name}"
        name="${name}"
        type="date"
        required
        value="${days[name]}"
        ${describedBy(name, problems)}
      />
      ${fieldProblem(name, problems)}
    </div>`
  return html`<section class="card" aria-labelledby="range">
    <h2 id="range">${t('webhooks.range')}</h2>
    <p>${t('webhooks.rangeWhat')}</p>
    <form method="post" action="${WEBHOOKS}/${endpoint.id}/replay">
      ${day('from')} ${day('to')}
      <div class="field">
        <label for="which">${t('webhooks.which')}</label>
        <select id="which" name="which">
          <option value="undelivered">${t('webhooks.undelivered')}</option>
          <option value="all">${t('webhooks.all')}</option>
        </select>
      </div>
      <div class="actions"><button class="button plain" type="submit">${t('webhooks.replay')}</button></div>
    </form>
  </section>`
}

function actions({ text, endpoint }: WebhookView): Html {
  const t = text.finance
  const own = `${WEBHOOKS}/${endpoint.id}`
  const act = (path: string, words: string) =>
    html`<form method="post" action="${own}/${path}">
      <button class="button plain" type="submit">${words}</button>
    </form>`
  return html`<section class="card" aria-labelledby="actions">
    <h2 id="actions">${t('webhooks.actions')}</h2>
    <div class="actions">
      ${act('test', t('webhooks.test'))} ${act('secret', t('webhooks.roll'))}
      ${endpoint.disabled === null ? act('disable', t('webhooks.disable')) : act('enable', t('webhooks.enable'))}
      <a href="${own}/delete">${t('webhooks.delete')}</a>
    </div>
  </section>`
}
