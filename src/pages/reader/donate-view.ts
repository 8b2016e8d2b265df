import { html } from 'hono/html'
import type { CurrencyCode } from '../../money/currency.ts'
import { formatMoney, type Money } from '../../money/money.ts'
import { type Html, page } from '../../html/layout.ts'
import { describedBy, fieldProblem, type FormProblem, problemSummary } from '../../html/form-problems-view.ts'
import { invitation, type Wording } from '../../newsroom/wording.ts'

/** The form's fields as the browser posts them, untrusted and kept as typed. */
export type DonateValues = {
  /** Minor units of a suggested amount in digits, or `other`: then, and only then, `ownAmount` counts. */
  readonly amount: string
  readonly ownAmount: string
  /** `once`, `monthly` or `yearly`. */
  readonly frequency: string
  readonly message: string
  readonly anonymous: boolean
  readonly newsletter: boolean
}

/** The ids a route may point its problems at; they are the names of the posted fields too. */
export type DonateProblem = FormProblem & {
  readonly fieldId: 'amount' | 'ownAmount' | 'frequency' | 'currency' | 'message' | 'form'
}

export type DonateView = {
  readonly newsroomName: string
  readonly wording: Wording
  /** BCP 47, for amounts and currency names. */
  readonly locale: string
  readonly currency: CurrencyCode
  readonly currencies: readonly CurrencyCode[]
  /** In `currency`, smallest first. */
  readonly suggested: readonly Money[]
  readonly article?: { readonly url: string; readonly title?: string }
  /** `source`, `medium` and `name` travel as hidden fields `campaignSource`, `campaignMedium`, `campaignName`. */
  readonly campaign?: { readonly source?: string; readonly medium?: string; readonly name?: string }
  readonly values: DonateValues
  readonly problems: readonly DonateProblem[]
  readonly idempotencyKey: string
  readonly messageMaxLength: number
  /** For instance that the gift is not tax-deductible. */
  readonly legalNote?: string
}

export function donatePage(view: DonateView): string {
  const heading = invitation(view.wording, view.newsroomName)
  return page({
    title: view.problems.length > 0 ? `Error: ${heading}` : heading,
    newsroomName: view.newsroomName,
    styles: ['forms'],
    body: html`<h1>${heading}</h1>
      ${articleLine(view)} ${problemSummary(view.problems)} ${currencyForm(view)}
      <form method="post" action="/donate" id="form">
        ${hidden('idempotencyKey', view.idempotencyKey)} ${hidden('currency', view.currency)} ${origins(view)}
        ${amounts(view)} ${frequencies(view)} ${message(view)}
        <p class="check">
          <input
            type="checkbox"
            id="anonymous"
            name="anonymous"
            value="yes"
            ${checked(view.values.anonymous)}
          />
          <label for="anonymous">Keep my name out of any list of supporters</label>
        </p>
        <p class="check">
          <input
            type="checkbox"
            id="newsletter"
            name="newsletter"
            value="yes"
            ${checked(view.values.newsletter)}
          />
          <label for="newsletter">Send me the newsletter</label>
        </p>
        <div class="actions"><button class="button" type="submit">Continue to payment</button></div>
        <p class="quiet small">
          You pay on a secure page run by Stripe. Your card number never reaches us. A receipt comes by mail;
          for a monthly or yearly gift, one with every payment, and you can stop whenever you like.
          ${view.legalNote ?? ''}
        </p>
      </form>`,
  })
}

function articleLine({ article }: DonateView): Html {
  if (!article) return html`<p class="lead">Choose an amount. Every one helps us keep reporting.</p>`
  return html`<p class="lead">You were reading <cite>${article.title ?? article.url}</cite></p>`
}

/** Its own form, since without scripts the suggested amounts can only change with a new page. */
function currencyForm(view: DonateView): Html {
  if (view.currencies.length < 2) return html``
  const names = new Intl.DisplayNames('en', { type: 'currency' })
  return html`<form method="get" action="/donate" class="currency">
    <label for="currency">Currency</label>
    <select id="currency" name="currency" ${describedBy('currency', view.problems)}>
      ${view.currencies.map((code) => {
        const upper = code.toUpperCase()
        return html`<option value="${code}" ${code === view.currency ? html`selected` : ''}>
          ${names.of(upper) ?? upper} (${upper})
        </option>`
      })}
    </select>
    ${origins(view)}
    <button class="button plain" type="submit">Change currency</button>
    ${fieldProblem('currency', view.problems)}
  </form>`
}

function amounts({ suggested, values, problems, currency, locale }: DonateView): Html {
  return html`<fieldset class="amounts" id="amount" ${describedBy('amount', problems)}>
    <legend>Amount</legend>
    ${fieldProblem('amount', problems)}
    <div class="choices">
      ${suggested.map((amount) => {
        const minor = String(amount.minor)
        return html`<label class="choice">
          <input type="radio" name="amount" value="${minor}" required ${checked(values.amount === minor)} />
          <span>${formatMoney(amount, locale)}</span>
        </label>`
      })}
      <label class="choice">
        <input type="radio" name="amount" value="other" required ${checked(values.amount === 'other')} />
        <span>Other</span>
      </label>
    </div>
    <div class="own-amount">
      <label for="ownAmount">Your own amount in ${currency.toUpperCase()}</label>
      <input
        id="ownAmount"
        name="ownAmount"
        type="text"
        inputmode="decimal"
        autocomplete="off"
        maxlength="30"
        value="${values.ownAmount}"
        ${describedBy('ownAmount', problems)}
      />
      ${fieldProblem('ownAmount', problems)}
    </div>
  </fieldset>`
}

const FREQUENCIES = [
  ['once', 'One time'],
  ['monthly', 'Every month'],
  ['yearly', 'Every year'],
] as const

function frequencies({ values, problems }: DonateView): Html {
  return html`<fieldset class="amounts" id="frequency" ${describedBy('frequency', problems)}>
    <legend>How often</legend>
    ${fieldProblem('frequency', problems)}
    <div class="choices">
      ${FREQUENCIES.map(
        ([value, words]) =>
          html`<label class="choice">
            <input type="radio" name="frequency" value="${value}" ${checked(values.frequency === value)} />
            <span>${words}</span>
          </label>`,
      )}
    </div>
  </fieldset>`
}

function message({ values, problems, messageMaxLength }: DonateView): Html {
  return html`<div class="field">
    <label for="message">Message to the newsroom <span class="quiet">(optional)</span></label>
    <textarea
      id="message"
      name="message"
      rows="3"
      maxlength="${messageMaxLength}"
      ${describedBy('message', problems)}
    >
${values.message}</textarea>
    ${fieldProblem('message', problems)}
  </div>`
}

/** Where the reader came from, carried through the form. */
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
