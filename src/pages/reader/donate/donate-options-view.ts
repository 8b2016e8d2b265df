import { html } from 'hono/html'
import { monthsAway } from '../../../calendar/days.ts'
import { dateFormat } from '../../../text/date-format.ts'
import { displayNames } from '../../../text/display-names.ts'
import type { Frequency } from '../../../checkout/attribution.ts'
import { formatMoney, formatMoneyShort, money, type Money } from '../../../money/money.ts'
import type { Html } from '../../../html/layout.ts'
import { describedBy, fieldProblem, type FormProblem } from '../../../html/form-problems-view.ts'
import type { CurrencyCode } from '../../../money/currency.ts'
import { consentTextIn } from '../../../newsletter/consent.ts'
import type { GiftKind } from '../../../newsroom/gift-kind.ts'
import type { Language } from '../../../text/languages.ts'
import type { Text } from '../../../text/text.ts'

/** The form's fields as the browser posts them: unchecked, and as the reader typed them. */
export type DonateValues = {
  /** A suggested amount in minor units (`500`), or `other`; only with `other` does `ownAmount` count. */
  readonly amount: string
  readonly ownAmount: string
  /** `once`, `monthly` or `yearly`. */
  readonly frequency: string
  readonly coverFees: boolean
  /** Ticked by the reader; unset: not. */
  readonly newsletter?: boolean
  /** Ticked by the reader; unset: not. */
  readonly remind?: boolean
  readonly remindEmail?: string
  readonly message: string
}

/** A problem of the donate form. The ids of its controls are also the names of the posted fields. */
export type DonateProblem = FormProblem & {
  readonly fieldId:
    | 'amount'
    | 'ownAmount'
    | 'frequency'
    | 'currency'
    | 'coverFees'
    | 'message'
    | 'remindEmail'
    | 'form'
}

/** An amount that can be chosen; `fee` covers Stripe's fee for it, null where that is not offered. */
export type SuggestedGift = { readonly amount: Money; readonly fee: Money | null }

export type DonateView = {
  readonly text: Text
  readonly newsroomName: string
  /** Where readers reach the service, without a slash at its end: link previews need whole addresses. */
  readonly publicUrl: string
  /** The newsroom's own sentence on what gifts pay for; null: a general one. */
  readonly purpose: string | null
  readonly gift: GiftKind
  readonly currency: CurrencyCode
  readonly currencies: readonly CurrencyCode[]
  /** In `currency`, smallest first. */
  readonly suggested: readonly SuggestedGift[]
  readonly frequencies: readonly Frequency[]
  readonly article?: { readonly url: string; readonly title?: string }
  /** `source`, `medium` and `name` travel as hidden fields `campaignSource`, `campaignMedium`, `campaignName`. */
  readonly campaign?: { readonly source?: string; readonly medium?: string; readonly name?: string }
  /** The languages that the reader may choose from. */
  readonly languages: readonly Language[]
  /** The language that was chosen, which the form keeps. */
  readonly language?: string
  readonly values: DonateValues
  readonly problems: readonly DonateProblem[]
  /** What happened before: the reader came back without paying, or changed the currency. */
  readonly notice?: string
  readonly idempotencyKey: string
  /** The query of an address that shows this form, where the page is the answer to a form that was sent. */
  readonly search?: string
  readonly messageMaxLength: number
  /** Whether the form has the newsletter's box. */
  readonly hasNewsletter?: boolean
  /** Whether the form offers a reminder of a gift that is not finished. */
  readonly hasReminder?: boolean
  /** Who runs the payment page, and the ways to pay that the newsroom names. */
  readonly trust: string
  /** The day on which the gift is made, `2026-01-31`: the next payment follows from it. */
  readonly today: string
  /** What the gift means for the reader's taxes, by the newsroom's legal status. */
  readonly taxLine: string
}

/**
 * Words that depend on what is chosen, without a script: all of them stand in the page, and `reader.css` shows those whose
 * amount, frequency and fee are chosen (`:has`). It knows this many suggested amounts; beyond them, for an own amount and in
 * browsers before 2023 the words name no amount.
 */
const MOST_PLACES = 8

/** The button says the whole promise: `Give $5.00 a month`. */
export function submitWords({ text, gift: context, suggested, frequencies }: DonateView): Html {
  const t = text.reader
  const words = (amount: Money, frequency: Frequency) =>
    t(`donate.give.${frequency}`, { context, amount: formatMoneyShort(amount, text.locale) })
  const ofGift = ({ amount, fee }: SuggestedGift, frequency: Frequency) => {
    if (fee === null) return html`${words(amount, frequency)}`
    const whole = money(amount.minor + fee.minor, amount.currency)
    return html`<span class="when fee-left">${words(amount, frequency)}</span
      ><span class="when fee-covered">${words(whole, frequency)}</span>`
  }
  return html`${suggested
      .slice(0, MOST_PLACES)
      .map(
        (gift, place) =>
          html`<span class="when place-${place}"
            >${
              frequencies.length === 1
                ? ofGift(gift, frequencies[0] ?? 'once')
                : frequencies.map((one) => html`<span class="when rhythm-${one}">${ofGift(gift, one)}</span>`)
            }</span
          >`,
      )}<span class="place-other">${t('donate.submit')}</span>`
}

/** When a recurring gift is charged next and how it is stopped, where one is chosen. */
export function recurringTerms({ text, frequencies, today }: DonateView): Html {
  const format = dateFormat(text.locale, { dateStyle: 'long', timeZone: 'UTC' })
  const terms = frequencies.flatMap((one) => {
    if (one === 'once') return []
    const next = format.format(new Date(monthsAway(today, one === 'monthly' ? 1 : 12)))
    const words = text.reader('donate.recurs', { next })
    return frequencies.length === 1
      ? [html`${words}`]
      : [html`<span class="when rhythm-${one}">${words}</span>`]
  })
  return terms.length === 0 ? html`` : html`<p class="recurs">${terms}</p>`
}

/** The line that offers to cover the fees, off unless the reader ticks it, with the figure of each suggested amount. */
export function coverFees({ text, suggested, values, problems }: DonateView): Html {
  const t = text.reader
  if (suggested.every(({ fee }) => fee === null)) return html``
  return html`<div class="cover-fees">
    <label>
      <input
        type="checkbox"
        name="coverFees"
        id="coverFees"
        value="true"
        ${values.coverFees ? html`checked` : ''}
        ${describedBy('coverFees', problems)}
      />
      <span
        >${suggested
          .slice(0, MOST_PLACES)
          .map(({ fee }, place) =>
            fee === null
              ? ''
              : html`<span class="when place-${place}"
                  >${t('donate.coverFees', { fee: formatMoney(fee, text.locale) })}</span
                >`,
          )}<span class="place-other">${t('donate.coverOwnFees')}</span></span
      >
    </label>
    ${fieldProblem('coverFees', problems)}
  </div>`
}

/** The newsletter's box, never ticked beforehand. The sentence beside it is kept as the consent. */
export function newsletterBox({ text, newsroomName, hasNewsletter, values }: DonateView): Html {
  if (!hasNewsletter) return html``
  return html`<div class="newsletter-box">
    <label>
      <input
        type="checkbox"
        name="newsletter"
        value="true"
        autocomplete="off"
        ${values.newsletter ? html`checked` : ''}
      />
      <span
        >${consentTextIn(text, newsroomName).text}
        <span class="quiet small">${text.newsletter('checkoutHint')}</span></span
      >
    </label>
  </div>`
}

const OPEN = html` open=""`
const MOST_BUTTONS = 8

/**
 * Another currency is a submission of the form, so that nothing that was filled in is lost without scripts. It stands behind
 * the form's own button, which a press of Enter means.
 */
export function currencyChoice(view: DonateView): Html {
  const { text, currency, currencies, problems } = view
  if (currencies.length < 2) return html`${fieldProblem('currency', problems)}`
  const t = text.reader
  const isOpen = problems.some(({ fieldId }) => fieldId === 'currency')
  return html`<details class="fold" id="currency" ${isOpen ? OPEN : ''}>
    <summary>
      ${t('donate.inCurrency', { currency: currencyWords(currency, text) })}
      <u>${t('donate.changeCurrency')}</u>
    </summary>
    ${fieldProblem('currency', problems)}
    ${currencies.length > MOST_BUTTONS ? currencySelect(view) : currencyButtons(view)}
  </details>`
}

function currencyButtons({ text, currency, currencies }: DonateView): Html {
  return html`<div class="currencies">
    ${currencies
      .filter((one) => one !== currency)
      .map(
        (one) =>
          html`<button class="button plain" type="submit" name="currency" value="${one}" formnovalidate>
            ${currencyWords(one, text)}
          </button>`,
      )}
  </div>`
}

function currencySelect({ text, currency, currencies }: DonateView): Html {
  const t = text.reader
  return html`<div class="currency">
    <label for="currencies">${t('donate.currency')}</label>
    <select id="currencies" name="currency" autocomplete="off">
      ${currencies.map(
        (one) =>
          html`<option value="${one}" ${one === currency ? html`selected` : ''}>
            ${currencyWords(one, text)}
          </option>`,
      )}
    </select>
    <button class="button plain" type="submit" formnovalidate>${t('donate.changeCurrency')}</button>
  </div>`
}

/** `US Dollar (USD)` */
export function currencyWords(currency: CurrencyCode, text: Text): string {
  const code = currency.toUpperCase()
  const names = displayNames(text.language, 'currency')
  return text.reader('donate.currencyOption', { name: names.of(code) ?? code, code })
}

/** Folded unless there is something in it. */
export function message({ text, values, problems, messageMaxLength }: DonateView): Html {
  const t = text.reader
  const isOpen = values.message !== '' || problems.some(({ fieldId }) => fieldId === 'message')
  return html`<details class="fold" ${isOpen ? OPEN : ''}>
    <summary><u>${t('donate.addMessage')}</u></summary>
    <div class="field">
      <label for="message">${t('donate.message')} <span class="quiet">${t('donate.optional')}</span></label>
      <textarea
        id="message"
        name="message"
        rows="3"
        placeholder=" "
        maxlength="${messageMaxLength}"
        ${describedBy('message', problems)}
      >
${values.message}</textarea>
      ${fieldProblem('message', problems)}
    </div>
  </details>`
}
