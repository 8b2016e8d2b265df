import { html } from 'hono/html'
import { type Html, page, webUrl, withMarkup } from '../../html/layout.ts'
import { formatMoney } from '../../money/money.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { AgreementDetail } from '../../subscriptions/agreement-detail.ts'
import { brandName, dayInWords, monthInWords } from '../../subscriptions/agreement-words.ts'
import type { Text } from '../../text/text.ts'

type ShownAgreement = Pick<
  AgreementDetail,
  | 'amount'
  | 'frequency'
  | 'currentPeriodEnd'
  | 'cancelAt'
  | 'endedAt'
  | 'card'
  | 'openInvoiceUrl'
  | 'hasOpenInvoice'
  | 'nextAttemptAt'
  | 'articleTitle'
  | 'customerId'
>

export type RecurringView = {
  readonly text: Text
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'email' | 'timezone'>
  readonly agreement: ShownAgreement
  /** The path of this page on the service. */
  readonly path: string
  readonly now: Date
  /** What could not be done just now, because Stripe does not answer. */
  readonly problem: 'notStopped' | 'noCardPage' | null
}

/** A recurring gift for its donor, who needs no account: what is charged and when, another card, and one button to stop. */
export function recurringPage(view: RecurringView): string {
  const { text, newsroom, agreement } = view
  const t = text.recurring
  const hasEnded = agreement.endedAt !== null || agreement.cancelAt !== null
  const context = agreement.frequency
  const title = t(hasEnded ? 'page.stopped.title' : 'page.title', { context })
  const mailLink = html`<a href="mailto:${newsroom.email}">${newsroom.email}</a>`
  return page({
    text,
    title,
    newsroomName: newsroom.name,
    styles: ['forms', 'recurring'],
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<h1>${title}</h1>
      ${view.problem === null ? '' : html`<p class="notice" role="alert">${t(`page.${view.problem}`)}</p>`}
      ${hasEnded ? stopped(view) : running(view)}
      <footer class="small"><p>${withMarkup(t, 'page.questions', { email: mailLink })}</p></footer>`,
  })
}

function stopped({ text, newsroom, agreement, now }: RecurringView): Html {
  const t = text.recurring
  const { cancelAt, endedAt } = agreement
  const until = endedAt === null && cancelAt !== null && cancelAt > now ? cancelAt : null
  return html`<p class="lead" role="status">
      ${
        until === null
          ? t('page.stopped.nothing')
          : t('page.stopped.until', { date: dayInWords(until, newsroom.timezone, text) })
      }
    </p>
    <p class="quiet">${t('page.stopped.mail')}</p>
    <p class="actions"><a class="button plain" href="/donate">${t('page.stopped.again')}</a></p>`
}

function running(view: RecurringView): Html {
  const { text, newsroom, agreement } = view
  const t = text.recurring
  const { amount, frequency: context, hasOpenInvoice } = agreement
  const lead =
    amount === null
      ? t('page.unknownAmount', { newsroom: newsroom.name })
      : t('page.lead', { context, newsroom: newsroom.name, amount: formatMoney(amount, text.locale) })
  const facts = factsOf(view)
  return html`<p class="lead">${lead}</p>
    ${hasOpenInvoice ? failure(view) : ''}
    ${
      facts.length === 0
        ? ''
        : html`<dl class="facts">
            ${facts.map(
              ([term, value]) =>
                html`<div>
                  <dt>${term}</dt>
                  <dd dir="auto">${value}</dd>
                </div>`,
            )}
          </dl>`
    }
    <div class="recurring-actions">
      ${hasOpenInvoice ? [changeForm(view, true), stopForm(view, false)] : [stopForm(view, true), changeForm(view, false)]}
    </div>
    <p class="quiet">${t('page.afterStop')}</p>`
}

function stopForm({ text, agreement, path }: RecurringView, isMain: boolean): Html {
  return html`<form method="post" action="${path}/stop">
    <button class="button ${isMain ? '' : 'plain'}">
      ${text.recurring('page.stop', { context: agreement.frequency })}
    </button>
  </form>`
}

/** Where the payment fails, another card is what helps most. */
function changeForm({ text, agreement, path }: RecurringView, isMain: boolean): Html {
  if (agreement.customerId === null) return html``
  return html`<form method="post" action="${path}/card">
    <button class="button ${isMain ? '' : 'plain'}">${text.recurring('page.change')}</button>
  </form>`
}

function failure({ text, newsroom, agreement, now }: RecurringView): Html {
  const t = text.recurring
  const { nextAttemptAt, openInvoiceUrl } = agreement
  const willRetry = nextAttemptAt !== null && nextAttemptAt > now
  return html`<div class="notice" role="note">
    <p>
      ${t('page.failed')}
      ${willRetry ? t('page.retry', { date: dayInWords(nextAttemptAt, newsroom.timezone, text) }) : ''}
    </p>
    ${
      openInvoiceUrl === null
        ? ''
        : html`<p><a href="${webUrl(openInvoiceUrl)}" rel="noreferrer">${t('page.pay')}</a></p>`
    }
  </div>`
}

function factsOf({ text, newsroom, agreement, now }: RecurringView): [term: string, value: string][] {
  const t = text.recurring
  const { currentPeriodEnd: next, card, articleTitle, hasOpenInvoice } = agreement
  const facts: [string, string][] = []
  if (next !== null && next > now && !hasOpenInvoice)
    facts.push([t('page.next'), dayInWords(next, newsroom.timezone, text)])
  if (card !== null) {
    const { brand, last4, expires } = card
    const month = monthInWords(expires, text)
    facts.push([t('page.card'), t('page.cardWords', { brand: brandName(brand), last4, month })])
  }
  if (articleTitle !== null) facts.push([t('page.began'), articleTitle])
  return facts
}
