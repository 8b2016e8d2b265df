import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import type { Html } from '../../../html/layout.ts'
import type { GivenUpDelivery, Subscriber, SubscriberCounts } from '../../../newsletter/subscriber-list.ts'
import { displayNames } from '../../../text/display-names.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

/** What was just done, to be said at the top. */
export const newsletterDone = ['sent', 'erased'] as const

export type NewsletterView = FinanceFrame & {
  readonly tool: 'export' | 'webhook' | 'mailchimp' | 'buttondown' | 'ghost'
  readonly counts: SubscriberCounts
  readonly deliveries: { readonly pending: number; readonly givenUp: number }
  /** The latest ones; null for who may see no address. */
  readonly subscribers: readonly Subscriber[] | null
  readonly givenUp: readonly GivenUpDelivery[]
  readonly done: (typeof newsletterDone)[number] | null
}

export function newsletterPage(view: NewsletterView): string {
  const { text, counts, done, tool } = view
  const t = text.finance
  const title = t('newsletter.title')
  const numbers = new Intl.NumberFormat(text.language)
  return financePage(view, {
    title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${title}</h1>
      ${done === null ? '' : html`<p class="notice" role="status">${t(`newsletter.done.${done}`)}</p>`}
      <p class="lead">
        ${t('newsletter.subscribed', { count: counts.subscribed, number: numbers.format(counts.subscribed) })}
      </p>
      <p class="quiet">
        ${t('newsletter.waiting', { count: counts.waiting })}
        ${t('newsletter.ended', { count: counts.unsubscribed, number: numbers.format(counts.unsubscribed) })}
      </p>
      <p>${t(`newsletter.tool.${tool}`)}</p>
      ${trouble(view)}
      ${
        counts.bySource.length === 0
          ? ''
          : table(
              t('newsletter.sources'),
              [{ label: t('newsletter.source') }, { label: t('newsletter.readers'), isNumber: true }],
              counts.bySource.map(({ source, count }) => [
                t(`newsletter.from.${source}`),
                numbers.format(count),
              ]),
              undefined,
              'lines',
            )
      }
      ${list(view)}`,
  })
}

/** What the mailing tool does not know, and what somebody can do about it. */
function trouble({ text, givenUp, deliveries, role }: NewsletterView): Html {
  const t = text.finance
  const waiting =
    deliveries.pending === 0
      ? ''
      : html`<p class="quiet">${t('newsletter.pending', { count: deliveries.pending })}</p>`
  if (deliveries.givenUp === 0) return html`${waiting}`
  const mayAct = mayActAs(role, 'finance')
  return html`${waiting}
    <section class="card" aria-labelledby="given-up">
      <h2 id="given-up">${t('newsletter.givenUp', { count: deliveries.givenUp })}</h2>
      <ul>
        ${givenUp.map(
          ({ id, email, action, failure, code }) =>
            html`<li>
              <p id="delivery-${id}">
                <bdi>${email}</bdi>: ${t(`newsletter.action.${action}`)}<br /><span class="quiet small"
                  >${t(`newsletter.failure.${failure ?? 'other'}`)}${code === null ? '' : ` (${code})`}</span
                >
              </p>
              ${
                mayAct
                  ? html`<form method="post" action="/finance/newsletter/deliveries/${id}">
                      <button class="button plain" type="submit" aria-describedby="delivery-${id}">
                        ${t('newsletter.sendAgain')}
                      </button>
                    </form>`
                  : ''
              }
            </li>`,
        )}
      </ul>
      ${
        mayAct
          ? html`<form method="post" action="/finance/newsletter/deliveries/all">
              <button class="button" type="submit">${t('newsletter.sendAllAgain')}</button>
            </form>`
          : ''
      }
    </section>`
}

function list(view: NewsletterView): Html {
  const { text, subscribers, counts, role } = view
  const t = text.finance
  if (subscribers === null) return html`<p class="quiet">${t('newsletter.noAddresses')}</p>`
  if (subscribers.length === 0) return html`<p class="notice">${t('newsletter.none')}</p>`
  const mayAct = mayActAs(role, 'finance')
  return html`<nav class="pages" aria-label="${t('newsletter.download')}">
      <a href="/finance/exports/newsletter?format=csv">${t('newsletter.downloadCsv')}</a>
      <a href="/finance/exports/newsletter?format=xlsx">${t('newsletter.downloadXlsx')}</a>
    </nav>
    ${counts.subscribed > subscribers.length ? html`<p class="quiet">${t('newsletter.first', { count: subscribers.length })}</p>` : ''}
    ${table(
      t('newsletter.list'),
      [
        { label: t('newsletter.address') },
        { label: t('newsletter.since') },
        { label: t('newsletter.source') },
        { label: t('newsletter.language') },
        ...(mayAct ? [{ label: t('newsletter.change') }] : []),
      ],
      subscribers.map(({ id, email, source, language, confirmedAt }) => [
        html`<bdi class="long" id="reader-${id}">${email}</bdi>`,
        dateAndTime(confirmedAt, view),
        t(`newsletter.from.${source}`),
        displayNames(text.language, 'language').of(language) ?? language,
        ...(mayAct
          ? [
              html`<form method="post" action="/finance/newsletter/subscribers/${id}/erase">
                <button class="button plain" type="submit" aria-describedby="reader-${id}">
                  ${t('newsletter.erase')}
                </button>
              </form>`,
            ]
          : []),
      ]),
    )}`
}
