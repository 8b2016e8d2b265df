import { html } from 'hono/html'
import { describedBy, fieldProblem, problemSummary } from '../../../html/form-problems-view.ts'
import { type Html, page, webUrl, withMarkup } from '../../../html/layout.ts'
import { formatMoney } from '../../../money/money.ts'
import type { NewsroomProfile } from '../../../newsroom/profile.ts'
import type { AgreementDetail } from '../../../subscriptions/agreement-detail.ts'
import { brandName, dayInWords, monthInWords } from '../../../subscriptions/agreement-words.ts'
import type { Text } from '../../../text/text.ts'
import { PAUSES } from '../../../subscriptions/recurring-terms.ts'

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
  | 'isPaused'
  | 'resumesAt'
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
  /** What could not be done just now, because Stripe does not answer, or an amount that cannot be given, as it was typed. */
  readonly problem:
    | 'notStopped'
    | 'noCardPage'
    | 'notChanged'
    | { readonly amount: string; readonly message: string }
    | null
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
    title:
      typeof view.problem === 'object' && view.problem !== null
        ? text.shared('errorTitle', { title })
        : title,
    newsroomName: newsroom.name,
    styles: ['forms', 'recurring'],
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<h1>${title}</h1>
      ${problemOf(view)} ${hasEnded ? stopped(view) : running(view)}
      <footer class="small"><p>${withMarkup(t, 'page.questions', { email: mailLink })}</p></footer>`,
  })
}

function problemOf({ text, problem }: RecurringView): Html {
  if (problem === null) return html``
  if (typeof problem === 'object')
    return problemSummary(text, [{ fieldId: 'amount', message: problem.message }])
  return html`<p class="notice" role="alert">${text.recurring(`page.${problem}`)}</p>`
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
    ${paused(view)} ${hasOpenInvoice ? failure(view) : ''}
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
    <p class="quiet">${t('page.afterStop')}</p>
    ${amountForm(view)} ${pauseForm(view)}`
}

/** Another amount from the next payment on. */
function amountForm({ text, agreement, path, problem }: RecurringView): Html {
  const t = text.recurring
  const { amount } = agreement
  if (amount === null) return html``
  const refused = typeof problem === 'object' && problem !== null ? problem : null
  const problems = refused === null ? [] : [{ fieldId: 'amount', message: refused.message }]
  return html`<details class="more" ${refused === null ? '' : 'open'}>
    <summary>${t('page.amount.change')}</summary>
    <form method="post" action="${path}/amount">
      <div class="field">
        <label for="amount">${t('page.amount.label', { currency: amount.currency.toUpperCase() })}</label>
        <p class="quiet small" id="amount-hint">${t('page.amount.hint')}</p>
        <input
          id="amount"
          name="amount"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          required
          maxlength="60"
          value="${refused?.amount ?? ''}"
          ${describedBy('amount', problems, true)}
        />
        ${fieldProblem('amount', problems)}
      </div>
      <p><button class="button plain">${t('page.amount.save')}</button></p>
    </form>
  </details>`
}

/** Some months off, after which it goes on by itself. */
function pauseForm({ text, agreement, path }: RecurringView): Html {
  const t = text.recurring
  if (agreement.isPaused)
    return html`<form method="post" action="${path}/resume">
      <button class="button plain">${t('page.pause.resume')}</button>
    </form>`
  return html`<details class="more">
    <summary>${t('page.pause.title')}</summary>
    <p class="quiet small">${t('page.pause.hint')}</p>
    <form method="post" action="${path}/pause" class="actions">
      ${PAUSES.map(
        (count) =>
          html`<button class="button plain" name="months" value="${count}">
            ${t('page.pause.months', { count })}
          </button>`,
      )}
    </form>
  </details>`
}

function paused({ text, newsroom, agreement }: RecurringView): Html {
  if (!agreement.isPaused) return html``
  const t = text.recurring
  const { resumesAt } = agreement
  return html`<p class="notice" role="status">
    ${resumesAt === null ? t('page.pause.paused') : t('page.pause.pausedUntil', { date: dayInWords(resumesAt, newsroom.timezone, text) })}
  </p>`
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
  if (next !== null && next > now && !hasOpenInvoice && !agreement.isPaused)
    facts.push([t('page.next'), dayInWords(next, newsroom.timezone, text)])
  if (card !== null) {
    const { brand, last4, expires } = card
    const month = monthInWords(expires, text)
    facts.push([t('page.card'), t('page.cardWords', { brand: brandName(brand), last4, month })])
  }
  if (articleTitle !== null) facts.push([t('page.began'), articleTitle])
  return facts
}
