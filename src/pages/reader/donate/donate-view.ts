import { html } from 'hono/html'
import { formatMoneyShort } from '../../../money/money.ts'
import { type Html, page, webUrl, withMarkup } from '../../../html/layout.ts'
import { describedBy, fieldProblem, problemSummary } from '../../../html/form-problems-view.ts'
import type { DonateView } from './donate-options-view.ts'
import { languageChoice } from '../language-choice-view.ts'
import {
  coverFees,
  currencyChoice,
  message,
  newsletterBox,
  recurringTerms,
  submitWords,
} from './donate-options-view.ts'
import { reminderBox } from '../reminders/reminder-view.ts'

export function donatePage(view: DonateView): string {
  const { text, newsroomName, problems } = view
  const t = text.reader
  const heading = t('gift.invitation', { context: view.gift, newsroom: newsroomName })
  return page({
    text,
    title: problems.length > 0 ? text.shared('errorTitle', { title: heading }) : heading,
    newsroomName,
    styles: ['forms', 'reader'],
    head: linkPreview(view, heading),
    body: html`<div class="donate">
      <h1>${heading}</h1>
      <p class="why">${view.purpose ?? t('purpose')}</p>
      ${articleLine(view)} ${view.notice ? html`<p class="notice" role="status">${view.notice}</p>` : ''}
      ${problemSummary(text, problems)}
      <form method="post" action="/donate" id="form">
        ${view.search === undefined ? '' : html`<span hidden data-search="${view.search}"></span>`}
        ${hidden('idempotencyKey', view.idempotencyKey)} ${hidden('shownCurrency', view.currency)}
        ${hidden('lang', view.language)} ${origins(view)} ${frequencies(view)} ${amounts(view)}
        ${coverFees(view)}
        <p class="notice" role="alert" data-offline hidden>${t('donate.problem.offline')}</p>
        <button class="button give" type="submit">${submitWords(view)}</button>
        ${recurringTerms(view)}
        <p class="trust">${view.trust}</p>
        <p class="tax">${view.taxLine}</p>
        ${newsletterBox(view)} ${currencyChoice(view)} ${message(view)}
        ${
          view.hasReminder
            ? reminderBox(view, {
                isTicked: view.values.remind ?? false,
                email: view.values.remindEmail ?? '',
                problems,
              })
            : ''
        }
        <p class="quiet small">${t('donate.howYouPay')}</p>
      </form>
      ${languageChoice(text, view.languages, 'form')}
    </div>`,
  })
}

/**
 * What a link to this page shows where it is shared (ogp.me; Twitter reads the same tags). Nothing of it comes from the
 * link: anybody could let the newsroom's name stand above words of their own.
 */
function linkPreview(view: DonateView, heading: string): Html {
  const { text, newsroomName, publicUrl, purpose } = view
  const description = purpose ?? text.reader('purpose')
  const properties = {
    'og:type': 'website',
    'og:site_name': newsroomName,
    'og:title': heading,
    'og:description': description,
    'og:url': `${publicUrl}/donate`,
    'og:image': `${publicUrl}/donate-preview.png`,
    'og:image:type': 'image/png',
    'og:image:width': '1200',
    'og:image:height': '630',
    'og:image:alt': heading,
  }
  return html`<meta name="description" content="${description}" />
    <link rel="canonical" href="${webUrl(`${publicUrl}/donate`)}" />
    <meta name="twitter:card" content="summary_large_image" />
    ${Object.entries(properties).map(([name, content]) => html`<meta property="${name}" content="${content}" />`)}
    <script src="/assets/donate.js" defer></script>`
}

const LONGEST_SHOWN_TITLE = 120

/** The title comes from the page's address, where anybody can write it: it is shown as the article's, and cut. */
function articleLine({ article, text }: DonateView): Html {
  if (!article) return html``
  const whole = Array.from(article.title ?? article.url)
  const cut = whole.length > LONGEST_SHOWN_TITLE
  const shown = cut ? `${whole.slice(0, LONGEST_SHOWN_TITLE).join('').trim()}…` : whole.join('')
  const values = { article: html`<cite>${shown}</cite>`, site: URL.parse(article.url)?.host ?? '' }
  return html`<p class="from quiet small">${withMarkup(text.reader, 'donate.reading', values)}</p>`
}

function frequencies({ text, values, problems, frequencies: offered }: DonateView): Html {
  const t = text.reader
  const [only] = offered
  if (offered.length === 1) return hidden('frequency', only)
  return html`<fieldset class="segments" id="frequency" ${describedBy('frequency', problems)}>
    <legend class="unseen">${t('donate.howOften')}</legend>
    ${fieldProblem('frequency', problems)}
    ${offered.map(
      (value) =>
        html`<label class="segment">
          <input
            type="radio"
            name="frequency"
            value="${value}"
            id="frequency-${value}"
            ${checked(values.frequency === value)}
          />
          <span>${t(`donate.frequency.${value}`)}</span>
        </label>`,
    )}
  </fieldset>`
}

function amounts({ text, suggested, values, problems, currency }: DonateView): Html {
  const t = text.reader
  return html`<fieldset class="amounts" id="amount" ${describedBy('amount', problems)}>
    <legend class="unseen">${t('donate.amount')}</legend>
    ${fieldProblem('amount', problems)}
    <div class="tiles">
      ${suggested.map(({ amount }, place) => {
        const minor = String(amount.minor)
        return html`<label class="tile">
          <input
            type="radio"
            name="amount"
            value="${minor}"
            id="amount-${place}"
            required
            ${checked(values.amount === minor)}
          />
          <span>${formatMoneyShort(amount, text.locale)}</span>
        </label>`
      })}
      <label class="tile">
        <input
          type="radio"
          name="amount"
          value="other"
          id="amount-other"
          required
          ${checked(values.amount === 'other')}
        />
        <span>${t('donate.otherAmount')}</span>
      </label>
    </div>
    <div class="own-amount">
      <label for="ownAmount">${t('donate.ownAmount', { currency: currency.toUpperCase() })}</label>
      <input
        id="ownAmount"
        name="ownAmount"
        type="text"
        inputmode="decimal"
        autocomplete="transaction-amount"
        maxlength="30"
        value="${values.ownAmount}"
        ${describedBy('ownAmount', problems)}
      />
      ${fieldProblem('ownAmount', problems)}
    </div>
  </fieldset>`
}

/** Hidden fields that carry through the form which article and campaign the reader came from. */
function origins({ article, campaign }: DonateView): Html {
  return html`${hidden('article', article?.url)} ${hidden('articleTitle', article?.title)}
  ${hidden('campaignSource', campaign?.source)} ${hidden('campaignMedium', campaign?.medium)}
  ${hidden('campaignName', campaign?.name)}`
}

function hidden(name: string, value: string | undefined): Html {
  return value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`
}

function checked(is: boolean): Html {
  return is ? html`checked` : html``
}
