import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import type { Config, Offer } from '../../../config/config.ts'
import { articleUrl } from '../../../checkout/article-url.ts'
import { articleTitle, campaignText } from '../../../checkout/attribution-text.ts'
import { LONGEST_MESSAGE, type CheckoutTerms } from '../../../checkout/checkout-request.ts'
import type { NewReminder } from '../../../checkout/reminder-store.ts'
import { coveredFee } from '../../../checkout/covered-fees.ts'
import { suggestedAmounts } from '../../../checkout/suggested-amounts.ts'
import { currencyInfo, type CurrencyCode } from '../../../money/currency.ts'
import { money } from '../../../money/money.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { trustLine } from '../../../newsroom/payment-methods.ts'
import { giftKind } from '../../../newsroom/gift-kind.ts'
import { statementSource, type NewsroomProfile } from '../../../newsroom/profile.ts'
import type { ReaderLanguages } from '../../../text/languages.ts'
import type { Text } from '../../../text/text.ts'
import { offeredCurrency, type OnOffer } from './donate-form.ts'
import { rememberBrowser } from './donate-form-key.ts'
import type { DonateProblem, DonateValues } from './donate-options-view.ts'
import { donatePage } from './donate-view.ts'
import { readerLanguage } from '../reader-language.ts'

/** What the form is made of. */
export type FormDeps = {
  readonly terms: CheckoutTerms
  readonly offer: Offer
  readonly newsroom: NewsroomProfile
  readonly purpose: string | null
  readonly publicUrl: string
  readonly languages: ReaderLanguages
  readonly now: () => Date
  readonly newsletter?: Config['newsletter']
  /** Keeps that a reader asked for a reminder; unset or null: none is offered. */
  readonly putReminder?: ((reminder: NewReminder) => Promise<void>) | null
}

/** Answers with the form. @param fields where article, campaign, currency and language are taken from */
export function show(
  ctx: Context,
  deps: FormDeps,
  fields: URLSearchParams,
  state: {
    readonly values: DonateValues
    readonly problems?: readonly DonateProblem[]
    readonly notice?: string
    /** The form's token, where it is to lead to an earlier checkout. */
    readonly idempotencyKey?: string | null
  },
): void {
  const { newsroom, offer, terms, purpose, publicUrl } = deps
  const { text } = readerLanguage(ctx, terms.textFor, fields.get('lang'))
  const currency = offeredCurrency(fields.get('currency') ?? fields.get('shownCurrency'), offer)
  const url = articleUrl(fields.get('article') ?? '', terms.allowedOrigins)
  const title = articleTitle(fields.get('articleTitle'))
  const language = fields.get('lang')
  rememberBrowser(ctx, publicUrl)
  ctx.type = 'html'
  if (ctx.method === 'POST') ctx.set('Cache-Control', 'no-store')
  ctx.body = donatePage({
    text,
    newsroomName: newsroom.name,
    publicUrl,
    purpose,
    gift: giftKind(newsroom.legalStatus),
    currency,
    currencies: offer.currencies,
    suggested: suggestedGifts(offer, currency),
    frequencies: offer.frequencies,
    languages: deps.languages.offered,
    ...(url === null ? {} : { article: { url, ...(title ? { title } : {}) } }),
    campaign: campaignIn(fields),
    ...(language === null ? {} : { language }),
    values: state.values,
    problems: state.problems ?? [],
    ...(state.notice === undefined ? {} : { notice: state.notice }),
    idempotencyKey: state.idempotencyKey ?? randomUUID(),
    ...(ctx.method === 'POST' ? { search: searchOf(fields, currency) } : {}),
    messageMaxLength: LONGEST_MESSAGE,
    hasNewsletter: Boolean(deps.newsletter),
    hasReminder: Boolean(deps.putReminder),
    trust: trustLine(text, offer.paymentMethods),
    today: localDate(deps.now(), newsroom.timezone),
    taxLine: taxLine(newsroom, text),
  })
}

/** What a gift means for the reader's taxes; the newsroom's own paragraph where it has one. */
function taxLine(newsroom: NewsroomProfile, text: Text): string {
  const { legalStatus, name, taxId, fiscalSponsor, statement } = newsroom
  const values = { newsroom: name, taxId: taxId ?? '', sponsor: fiscalSponsor ?? '' }
  const law = statementSource(newsroom)
  if (law === 'own') return statement
  return law === 'elsewhere' && legalStatus !== 'for_profit'
    ? text.reader(`donate.tax.elsewhere.${legalStatus}`, values)
    : text.reader(`donate.tax.${legalStatus}`, values)
}

export function onOffer({ offer }: Pick<FormDeps, 'offer'>): OnOffer {
  const { currencies, frequencies } = offer
  return { currencies, frequencies, suggestedIn: (currency) => suggestedAmounts(offer, currency) }
}

function suggestedGifts(offer: Offer, currency: CurrencyCode) {
  const rate = offer.feeRates.get(currency)
  const { step } = currencyInfo(currency)
  return suggestedAmounts(offer, currency).map((amount) => ({
    amount,
    fee: rate ? money(coveredFee(amount.minor, rate, step), currency) : null,
  }))
}

/** What leads to the same form by its address. The choices and the texts are not in it: they are the reader's. */
function searchOf(fields: URLSearchParams, currency: CurrencyCode): string {
  const query = new URLSearchParams({ currency })
  for (const name of [
    'article',
    'articleTitle',
    'campaignSource',
    'campaignMedium',
    'campaignName',
    'lang',
  ]) {
    const value = fields.get(name)
    if (value) query.set(name, value)
  }
  return `?${query}`
}

function campaignIn(fields: URLSearchParams) {
  // The form posts the first name of each pair; links of the widget and of newsletters carry the second.
  const source = campaignText(fields.get('campaignSource') || fields.get('utm_source'))
  const medium = campaignText(fields.get('campaignMedium') || fields.get('utm_medium'))
  const name = campaignText(fields.get('campaignName') || fields.get('utm_campaign'))
  return { ...(source ? { source } : {}), ...(medium ? { medium } : {}), ...(name ? { name } : {}) }
}
