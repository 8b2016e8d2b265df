import { html } from 'hono/html'
import type { CurrencyCode } from '../../money/currency.ts'
import { formatMoney, type Money } from '../../money/money.ts'
import { type Html, page, withMarkup } from '../../html/layout.ts'
import { describedBy, fieldProblem, type FormProblem, problemSummary } from '../../html/form-problems-view.ts'
import type { GiftKind } from '../../newsroom/gift-kind.ts'
import type { Text } from '../../text/text.ts'

/** The form's fields as the browser posts them: unchecked, and as the reader typed them. */
export type DonateValues = {
  /** A suggested amount in minor units (`500`), or `other`; only with `other` does `ownAmount` count. */
  readonly amount: string
  readonly ownAmount: string
  /** `once`, `monthly` or `yearly`. */
  readonly frequency: string
  readonly message: string
}

/** A problem of the donate form. The ids of its controls are also the names of the posted fields. */
export type DonateProblem = FormProblem & {
  readonly fieldId: 'amount' | 'ownAmount' | 'frequency' | 'currency' | 'message' | 'form'
}

export type DonateView = {
  readonly text: Text
  readonly newsroomName: string
  readonly gift: GiftKind
  /** BCP 47: the reader's locale, for amounts. */
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
  /** The newsroom's legal statement, where it has to be read before the gift: that it is not tax-deductible. */
  readonly legalStatement?: string
}

export function donatePage(view: DonateView): string {
  const { text, newsroomName, problems } = view
  const t = text.reader
  const heading = t('gift.invitation', { context: view.gift, newsroom: newsroomName })
  return page({
    text,
    title: problems.length > 0 ? text.shared('errorTitle', { title: heading }) : heading,
    newsroomName,
    styles: ['forms'],
    body: html`<h1>${heading}</h1>
      ${articleLine(view)} ${problemSummary(text, problems)} ${currencyChoice(view)}
      <form method="post" action="/donate" id="form">
        ${hidden('idempotencyKey', view.idempotencyKey)} ${hidden('shownCurrency', view.currency)}
        ${view.currencies.length < 2 ? hidden('currency', view.currency) : ''} ${origins(view)}
        ${amounts(view)} ${frequencies(view)} ${message(view)}
        <div class="actions"><button class="button" type="submit">${t('donate.submit')}</button></div>
        <p class="quiet small">${t('donate.howYouPay')} ${view.legalStatement ?? ''}</p>
      </form>`,
  })
}

const LONGEST_SHOWN_TITLE = 120

/** The title comes from the page's address, where anybody can write it: it is shown as the article's, and cut. */
function articleLine({ article, text }: DonateView): Html {
  if (!article) return html`<p class="lead">${text.reader('donate.chooseAmount')}</p>`
  const whole = Array.from(article.title ?? article.url)
  const cut = whole.length > LONGEST_SHOWN_TITLE
  const shown = cut ? `${whole.slice(0, LONGEST_SHOWN_TITLE).join('').trim()}…` : whole.join('')
  const values = { article: html`<cite>${shown}</cite>`, site: URL.parse(article.url)?.host ?? '' }
  return html`<p class="lead">${withMarkup(text.reader, 'donate.reading', values)}</p>`
}

/** Without scripts the suggested amounts change only with a new page; the form keeps everything else that was filled in. */
function currencyChoice(view: DonateView): Html {
  if (view.currencies.length < 2) return html``
  const t = view.text.reader
  const names = new Intl.DisplayNames(view.text.language, { type: 'currency' })
  return html`<div class="currency">
    <label for="currency">${t('donate.currency')}</label>
    <select id="currency" name="currency" form="form" ${describedBy('currency', view.problems)}>
      ${view.currencies.map((currency) => {
        const code = currency.toUpperCase()
        const words = t('donate.currencyOption', { name: names.of(code) ?? code, code })
        return html`<option value="${currency}" ${currency === view.currency ? html`selected` : ''}>
          ${words}
        </option>`
      })}
    </select>
    <button class="button plain" type="submit" form="form" formnovalidate>
      ${t('donate.changeCurrency')}
    </button>
    ${fieldProblem('currency', view.problems)}
  </div>`
}

function amounts({ text, suggested, values, problems, currency, locale }: DonateView): Html {
  const t = text.reader
  return html`<fieldset class="amounts" id="amount" ${describedBy('amount', problems)}>
    <legend>${t('donate.amount')}</legend>
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
        autocomplete="off"
        maxlength="30"
        value="${values.ownAmount}"
        ${describedBy('ownAmount', problems)}
      />
      ${fieldProblem('ownAmount', problems)}
    </div>
  </fieldset>`
}

const FREQUENCIES = ['once', 'monthly', 'yearly'] as const

function frequencies({ text, values, problems }: DonateView): Html {
  const t = text.reader
  return html`<fieldset class="amounts" id="frequency" ${describedBy('frequency', problems)}>
    <legend>${t('donate.howOften')}</legend>
    ${fieldProblem('frequency', problems)}
    <div class="choices">
      ${FREQUENCIES.map(
        (value) =>
          html`<label class="choice">
            <input type="radio" name="frequency" value="${value}" ${checked(values.frequency === value)} />
            <span>${t(`donate.frequency.${value}`)}</span>
          </label>`,
      )}
    </div>
  </fieldset>`
}

function message({ text, values, problems, messageMaxLength }: DonateView): Html {
  const t = text.reader
  return html`<div class="field">
    <label for="message">${t('donate.message')} <span class="quiet">${t('donate.optional')}</span></label>
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
