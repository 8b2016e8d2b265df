import { z } from 'zod'
import type { Frequency } from './attribution.ts'
import { parsedBy, problemsOf } from '../http/parse.ts'
import { Refusal, type FieldProblem } from '../http/refusal.ts'
import { allCurrencies, currencyInfo, parseCurrency, type CurrencyCode } from '../money/currency.ts'
import { amountProblemText } from '../money/amount-problem-text.ts'
import type { FeeRate } from '../money/fee-rate.ts'
import type { TextFor } from '../text/text.ts'
import { amountProblem, money, type AmountLimits, type Money } from '../money/money.ts'
import { articleUrl, LONGEST_ARTICLE_URL } from './article-url.ts'
import { articleTitle, campaignText, languageTag } from './attribution-text.ts'
import { coveredFee } from './covered-fees.ts'

/** A reader's wish to give, checked. */
export type CheckoutRequest = {
  /** The gift. What is charged is more where the reader covers the fees: `chargeOf`. */
  readonly amount: Money
  /** What the reader adds for Stripe's fee, in minor units of the gift's currency; null: the reader does not cover it. */
  readonly coveredFeeMinor: bigint | null
  readonly frequency: Frequency
  readonly article: { readonly url: string | null; readonly title: string | null }
  readonly campaign: {
    readonly source: string | null
    readonly medium: string | null
    readonly name: string | null
  }
  readonly message: string | null
  readonly anonymous: boolean
  readonly newsletter: boolean
  /** BCP 47 */
  readonly locale: string | null
}

/** The currencies, amounts and frequencies that the newsroom accepts, the sites of its articles, and the words of its languages. */
export type CheckoutTerms = {
  readonly textFor: TextFor
  readonly frequencies: readonly Frequency[]
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
  readonly allowedOrigins: readonly string[]
  /** Stripe's rates in the currencies in which a reader may cover the fees. */
  readonly feeRates: ReadonlyMap<CurrencyCode, FeeRate>
}

/** What Stripe charges: the gift and the covered fee. */
export function chargeOf({
  amount,
  coveredFeeMinor,
}: Pick<CheckoutRequest, 'amount' | 'coveredFeeMinor'>): Money {
  return money(amount.minor + (coveredFeeMinor ?? 0n), amount.currency)
}

export const LONGEST_MESSAGE = 500

/**
 * Checks the body of `POST /checkout-sessions`, or the donation form in the same shape. Only what the reader decides can
 * be refused: amount, currency, frequency, message and the yes-or-no questions, and fields that do not exist. Article,
 * campaign and locale are cleaned, cut or dropped.
 * @param pageUrl the page that asks, which stands for an article whose address is on none of the newsroom's sites
 * @throws Refusal malformed, with every problem
 */
export function checkoutRequest(
  input: unknown,
  terms: CheckoutTerms,
  pageUrl: string | null = null,
): CheckoutRequest {
  const schemas = schemasFor(terms)
  const amount = schemas.amount.safeParse(input)
  const currency = schemas.currency.safeParse(input)
  const rest = schemas.rest.safeParse(input)
  const problems = [amount, currency, rest].flatMap(({ error }) => (error ? problemsOf(error) : []))
  // An amount and a currency that are each possible may still not fit each other.
  const gross = amount.success ? grossIn(amount.data, currency.data?.currency ?? null, terms) : null
  const fee = gross && 'minor' in gross && rest.data?.coverFees ? feeOf(gross, terms.feeRates) : null
  if (gross && 'pointer' in gross) problems.push(gross)
  else if (fee && 'pointer' in fee) problems.push(fee)
  else if (gross && problems.length === 0 && rest.success)
    return requestFrom(gross, fee?.minor ?? null, rest.data, terms, pageUrl)
  throw new Refusal('malformed', 'The checkout request is not valid.', {
    problems: withoutDuplicates(problems),
  })
}

// Building a schema takes longer than everything else here together, so each is built once.
const schemasByTerms = new WeakMap<CheckoutTerms, ReturnType<typeof makeSchemas>>()

function schemasFor(terms: CheckoutTerms): ReturnType<typeof makeSchemas> {
  const schemas = schemasByTerms.get(terms) ?? makeSchemas(terms)
  schemasByTerms.set(terms, schemas)
  return schemas
}

/** Three schemas, because zod checks no field together with another one that is invalid. */
function makeSchemas(terms: CheckoutTerms) {
  return {
    amount: amountSchema(),
    currency: currencySchema(terms.limits),
    rest: restSchema(terms.frequencies),
  }
}

/** The whole body as one schema, for the OpenAPI description. */
export function requestSchema(terms: CheckoutTerms): z.ZodType {
  const amount = z.int().meta({ description: 'Minor units of `currency`: 500 for $5.00' })
  const currency = z.string().meta({ description: 'Lower-case ISO 4217 code' })
  return schemasFor(terms).rest.extend({ amount, currency })
}

const NOT_AN_OBJECT = 'must be a JSON object'

function amountSchema() {
  return z.object(
    {
      amount: z.int(required('must be a whole number of minor units: 500 for $5.00')).transform(BigInt),
      locale: z.string().nullish().catch(null),
    },
    NOT_AN_OBJECT,
  )
}

function currencySchema(limits: CheckoutTerms['limits']) {
  const acceptedCurrency = (text: string): CurrencyCode | null => {
    const code = parseCurrency(text)
    return code !== null && limits.has(code) ? code : null
  }
  return z.object(
    {
      currency: z
        .string(required('must be a currency code such as usd'))
        .transform(parsedBy(acceptedCurrency, 'is not a currency that this newsroom accepts')),
    },
    NOT_AN_OBJECT,
  )
}

const LARGEST_AMOUNT = allCurrencies
  .map((code) => currencyInfo(code).maximumMinor)
  .reduce((largest, one) => (one > largest ? one : largest))

/**
 * The amount with its currency, or what is wrong with it. Without a currency (null: that field has a problem of its own)
 * an amount is only held to what no currency can have. @returns null when there is nothing to say
 */
function grossIn(
  { amount, locale }: z.output<ReturnType<typeof amountSchema>>,
  currency: CurrencyCode | null,
  { limits, textFor }: CheckoutTerms,
): Money | FieldProblem | null {
  // The widget shows these messages to the reader.
  const text = textFor(locale ?? null)
  if (currency === null) {
    if (amount > 0n && amount <= LARGEST_AMOUNT) return null
    return { pointer: '/amount', message: text.amount(amount > 0n ? 'tooManyDigits' : 'notPositive') }
  }
  const gross = money(amount, currency)
  const limitsOfCurrency = limits.get(currency)
  const problem = limitsOfCurrency ? amountProblem(gross, limitsOfCurrency) : null
  return problem ? { pointer: '/amount', message: amountProblemText(problem, currency, text) } : gross
}

/** What covers Stripe's fee for a gift, or why it cannot be covered. */
function feeOf(gift: Money, rates: CheckoutTerms['feeRates']): Money | FieldProblem {
  const rate = rates.get(gift.currency)
  const problem = (message: string): FieldProblem => ({ pointer: '/coverFees', message })
  if (!rate) return problem(`must be false: the newsroom has set no fee rate for ${gift.currency}`)
  const { step, maximumMinor } = currencyInfo(gift.currency)
  const minor = coveredFee(gift.minor, rate, step)
  return gift.minor + minor > maximumMinor
    ? problem('must be false: gift and fee together are more than Stripe can charge')
    : money(minor, gift.currency)
}

function restSchema(frequencies: readonly Frequency[]) {
  const [first = 'once'] = frequencies
  const title = attribution(articleTitle, 'Cleaned, and cut at 300 characters')
  const url = attribution(
    (value) => (typeof value === 'string' ? value : null),
    `On one of the newsroom’s sites, otherwise the asking page stands for it; ${LONGEST_ARTICLE_URL} characters at most`,
  )
  const campaign = attribution(
    campaignText,
    'Cleaned, and cut at 100 characters; dropped when it names a person',
  )
  return z.strictObject(
    {
      amount: z.unknown().optional(),
      currency: z.unknown().optional(),
      frequency: z.enum(frequencies, `must be ${oneOf(frequencies)}`).default(first),
      coverFees: z.boolean('must be true or false').default(false).meta({
        description:
          'Whether the reader adds what Stripe takes, so that the newsroom nets all of `amount`. Only for currencies whose rate the newsroom has set (`STRIPE_FEE_RATES`)',
      }),
      article: objectOrNothing(z.strictObject({ url, title })),
      campaign: objectOrNothing(z.strictObject({ source: campaign, medium: campaign, name: campaign })),
      message: optionalText(LONGEST_MESSAGE, /[^\P{Cc}\n\t]/u),
      anonymous: z.boolean('must be true or false').default(false),
      newsletter: z.boolean('must be true or false').default(false),
      locale: attribution(languageTag, 'BCP 47: `en` or `pt-BR`'),
    },
    NOT_AN_OBJECT,
  )
}

/** A text that is never refused: `clean` makes the best of whatever was sent. */
function attribution(clean: (value: unknown) => string | null, description: string) {
  return z.preprocess(clean, z.string().nullable().meta({ description })).optional()
}

/** Anything but an object is dropped. The names of an object's fields are the page's author's and stay strict. */
function objectOrNothing<Fields extends z.ZodType>(fields: Fields) {
  const isObject = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  return z.preprocess(isObject, fields.optional()).optional()
}

type Rest = z.output<ReturnType<typeof restSchema>>

function requestFrom(
  amount: Money,
  coveredFeeMinor: bigint | null,
  rest: Rest,
  { allowedOrigins }: CheckoutTerms,
  pageUrl: string | null,
): CheckoutRequest {
  const named = rest.article?.url ?? null
  const url =
    named === null ? null : (articleUrl(named, allowedOrigins) ?? articleUrl(pageUrl ?? '', allowedOrigins))
  return {
    amount,
    coveredFeeMinor,
    frequency: rest.frequency,
    article: { url, title: rest.article?.title ?? null },
    campaign: {
      source: rest.campaign?.source ?? null,
      medium: rest.campaign?.medium ?? null,
      name: rest.campaign?.name ?? null,
    },
    message: rest.message ?? null,
    anonymous: rest.anonymous,
    newsletter: rest.newsletter,
    locale: rest.locale ?? null,
  }
}

function required(wrongType: string) {
  return { error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : wrongType) }
}

/** `once, monthly or yearly` */
function oneOf(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' or $1')
}

/** Text without space around it; null when nothing else is there. */
function optionalText(longest: number, forbidden: RegExp) {
  return z
    .string('must be text')
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .refine((text) => Array.from(text).length <= longest, `may have ${longest} characters at most`)
    .refine((text) => text.isWellFormed() && !forbidden.test(text), 'must not contain control characters')
    .transform((text) => (text === '' ? null : text))
    .nullish()
}

function withoutDuplicates(problems: readonly FieldProblem[]): FieldProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.pointer} ${problem.message}`, problem])).values()]
}
