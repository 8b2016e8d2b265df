import { z } from 'zod'
import type { Frequency } from './attribution.ts'
import { parsedBy, problemsOf } from '../http/parse.ts'
import { Refusal, type FieldProblem } from '../http/refusal.ts'
import { parseCurrency, type CurrencyCode } from '../money/currency.ts'
import { amountProblemText } from '../money/amount-problem-text.ts'
import { textFor } from '../text/text.ts'
import { amountProblem, money, type AmountLimits, type Money } from '../money/money.ts'
import { articleUrl, LONGEST_ARTICLE_URL } from './article-url.ts'

/** A reader's wish to give, checked. */
export type CheckoutRequest = {
  readonly amount: Money
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

/** The currencies and amounts that the newsroom accepts, and the sites of its articles. */
export type CheckoutTerms = {
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
  readonly allowedOrigins: readonly string[]
}

export const LONGEST_MESSAGE = 500
const LONGEST_TITLE = 300
const LONGEST_CAMPAIGN = 100
const LONGEST_LOCALE = 35 // BCP 47, section 4.4.1

/**
 * Checks the body of `POST /checkout-sessions`, or the donation form in the same shape.
 * @throws Refusal malformed, with every problem
 */
export function checkoutRequest(input: unknown, terms: CheckoutTerms): CheckoutRequest {
  const schemas = schemasFor(terms)
  const amount = schemas.amount.safeParse(input)
  const rest = schemas.rest.safeParse(input)
  if (amount.success && rest.success) return requestFrom(amount.data, rest.data)
  const problems = [amount, rest].flatMap((reading) => (reading.success ? [] : problemsOf(reading.error)))
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

/** Two schemas, because zod checks two fields together (amount and currency) only when every other field is valid. */
function makeSchemas(terms: CheckoutTerms) {
  return { amount: amountSchema(terms.limits), rest: restSchema(terms.allowedOrigins) }
}

/** The whole body as one schema, for the OpenAPI description. */
export function requestSchema(terms: CheckoutTerms): z.ZodType {
  const amount = z.int().meta({ description: 'Minor units of `currency`: 500 for $5.00' })
  const currency = z.string().meta({ description: 'Lower-case ISO 4217 code' })
  return schemasFor(terms).rest.extend({ amount, currency })
}

const NOT_AN_OBJECT = 'must be a JSON object'
const UNKNOWN_CURRENCY = 'is not a currency that this newsroom accepts'

function amountSchema(limits: CheckoutTerms['limits']) {
  const acceptedCurrency = (text: string): CurrencyCode | null => {
    const code = parseCurrency(text)
    return code !== null && limits.has(code) ? code : null
  }
  return z
    .object(
      {
        amount: z.int(required('must be a whole number of minor units: 500 for $5.00')).transform(BigInt),
        currency: z
          .string(required('must be a currency code such as usd'))
          .transform(parsedBy(acceptedCurrency, UNKNOWN_CURRENCY)),
        locale: z.string().nullish().catch(null),
      },
      NOT_AN_OBJECT,
    )
    .transform(({ amount, currency, locale }, context) => {
      const gross = money(amount, currency)
      const limitsOfCurrency = limits.get(currency)
      const problem = limitsOfCurrency && amountProblem(gross, limitsOfCurrency)
      if (problem === null) return gross
      // The widget shows this message to the reader.
      const text = textFor(locale ?? 'en')
      const message = problem ? amountProblemText(problem, currency, text) : UNKNOWN_CURRENCY
      context.issues.push({ code: 'custom', path: ['amount'], message, input: '' })
      return z.NEVER
    })
}

function restSchema(allowedOrigins: readonly string[]) {
  return z.strictObject(
    {
      amount: z.unknown().optional(),
      currency: z.unknown().optional(),
      frequency: z.enum(['once', 'monthly', 'yearly'], 'must be once, monthly or yearly').default('once'),
      coverFees: z.literal(false, 'must be false: fees cannot be covered yet').default(false),
      article: z
        .strictObject({ url: siteUrl(allowedOrigins), title: oneLine(LONGEST_TITLE) }, NOT_AN_OBJECT)
        .optional(),
      campaign: z
        .strictObject(
          {
            source: oneLine(LONGEST_CAMPAIGN),
            medium: oneLine(LONGEST_CAMPAIGN),
            name: oneLine(LONGEST_CAMPAIGN),
          },
          NOT_AN_OBJECT,
        )
        .optional(),
      message: optionalText(LONGEST_MESSAGE, /[^\P{Cc}\n\t]/u),
      anonymous: z.boolean('must be true or false').default(false),
      newsletter: z.boolean('must be true or false').default(false),
      locale: z.string('must be text').max(LONGEST_LOCALE, 'is too long').transform(languageTag).nullish(),
    },
    NOT_AN_OBJECT,
  )
}

type Rest = z.output<ReturnType<typeof restSchema>>

function requestFrom(amount: Money, rest: Rest): CheckoutRequest {
  return {
    amount,
    frequency: rest.frequency,
    article: { url: rest.article?.url ?? null, title: rest.article?.title ?? null },
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

function oneLine(longest: number) {
  return optionalText(longest, /\p{Cc}/u)
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

function siteUrl(allowedOrigins: readonly string[]) {
  const problem = `must be an http(s) address on one of the newsroom’s sites, ${LONGEST_ARTICLE_URL} characters at most`
  return z
    .string('must be text')
    .transform((text, context) => {
      const url = articleUrl(text, allowedOrigins)
      if (url !== null) return url
      context.issues.push({ code: 'custom', message: problem, input: '' })
      return z.NEVER
    })
    .nullish()
}

function languageTag(text: string, context: z.RefinementCtx): string {
  try {
    return new Intl.Locale(text).toString()
  } catch {
    context.issues.push({ code: 'custom', message: 'must be a language tag such as en or pt-BR', input: '' })
    return z.NEVER
  }
}

function withoutDuplicates(problems: readonly FieldProblem[]): FieldProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.pointer} ${problem.message}`, problem])).values()]
}
