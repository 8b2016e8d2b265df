import type { ChallengeSettings } from '../protection/challenge-settings.ts'
import type { Purpose, Secrets } from './keyring.ts'
import type { SignInSettings } from '../access/sign-in/sign-in-settings.ts'
import type { Durability } from '../db/server-fitness.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { FeeRate } from '../money/fee-rate.ts'
import type { AmountLimits } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import type { PaymentMethod } from '../newsroom/payment-methods.ts'
import type { FollowLink, NewsroomProfile } from '../newsroom/profile.ts'
import type { Paper } from '../pdf/paper.ts'

export type Config = {
  /**
   * A trial shows itself to whoever runs it: a demo, an administrator and captured mail. It is no other than a start
   * outside production on the embedded database, which holds nobody's data.
   */
  readonly deployment: 'production' | 'development' | 'trial'
  /**
   * One of several sites: its name is its schema's, `of` is their number and `databaseDir` where they share an embedded
   * database. Null: the only site, in the schema `public`.
   */
  readonly site: { readonly name: string; readonly of: number; readonly databaseDir: string } | null
  /** Production with a test key, as STRIPE_TEST_MODE asks for: everything that people see says so. */
  readonly testMode: boolean
  readonly port: number
  readonly host: string
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  /** Whether browsers are to use https for the subdomains of the service's host, too. */
  readonly hstsSubdomains: boolean
  readonly dataDir: string
  readonly databaseUrl: string | null
  /** As whom migrations run: the owner of the tables. Null: as everything else. */
  readonly migrationDatabaseUrl: string | null
  /** Who keeps what was committed: PostgreSQL by its settings, or the storage of its provider. */
  readonly databaseDurability: Durability
  /** A streaming replica that finance's reports are read from. Null: they are read from the database itself. */
  readonly replicaUrl: string | null
  readonly stripe: {
    readonly secretKey: string | null
    readonly apiBase: string | null
    readonly sandboxPort: number
    /** Products of an older system: invoices of nothing else are gifts. */
    readonly donationProducts: readonly string[]
  }
  readonly webhookSecrets: readonly string[]
  readonly smtpUrl: string | null
  /** `common` is null in development, which makes one and keeps it. */
  readonly secrets: {
    readonly common: Secrets | null
    readonly own: Partial<Readonly<Record<Purpose, Secrets>>>
  }
  readonly signIn: SignInSettings
  readonly newsroom: NewsroomProfile
  readonly languages: ReaderLanguages
  /** What receipts and statements are printed on. */
  readonly paper: Paper
  /** The configured first day of the books; null: the first day of the month of the first start. */
  readonly booksOpenOn: LocalDate | null
  /** The newsroom's sentence on what gifts pay for; null: a general one in the reader's language. */
  readonly purpose: string | null
  /** Where readers subscribe to the newsletter; null: it is not offered. */
  readonly newsletterUrl: string | null
  /** The newsletter that readers subscribe to here; null: none is offered. */
  readonly newsletter: { readonly tool: NewsletterTool } | null
  readonly followLinks: readonly FollowLink[]
  /** Whether readers may ask to be reminded once of a gift that they do not finish. */
  readonly checkoutReminder: boolean
  /** Whether what donors write also goes to the newsroom's own address. */
  readonly messageMail: 'at_once' | 'daily' | 'off'
  /** Whether donors may agree to appear on a public list. */
  readonly supportersList: boolean
  /** The newsroom's logo in mails and on receipts' pages, with https://; null: its name. */
  readonly logoUrl: string | null
  /** The path of the logo on receipts' PDFs, a PNG or a JPEG; null: none. */
  readonly logoFile: string | null
  /** Where the source code of the running version is; null: nowhere public. */
  readonly sourceUrl: string | null
  /** Whether Stripe may show and charge a reader the gift in the reader's own currency. */
  readonly adaptivePricing: boolean
  readonly offer: Offer
  readonly reporting: Reporting
  /** What the role finance may refund of one donation, by currency, in minor units. Empty: no limit. */
  readonly refundLimits: ReadonlyMap<CurrencyCode, bigint>
  /** Whether a second person has to approve a write-off before it is posted. */
  readonly writeOffApproval: 'none' | 'second_person'
  /** How long personal data is kept; null: as long as the row. */
  readonly retention: {
    readonly eventMonths: number | null
    readonly unpaidMessageDays: number | null
    readonly donorYears: number | null
  }
  /** How many days outgoing webhooks and what became of them are kept. */
  readonly webhookDays: number
  /** How many days before a yearly gift renews its donor is reminded; null: not at all. */
  readonly renewalReminderDays: number | null
  /** Where the sums of each day are posted; a secret. */
  readonly digestWebhookUrl: string | null
  readonly checkoutLimits: {
    readonly byAddress: RateLimit
    readonly byNetwork: RateLimit
    readonly inAll: RateLimit
    /** How many calls for payment pages one process makes at Stripe. */
    readonly perSecond: number
  }
  /** How readers show that they are none of thousands while somebody tries stolen cards. */
  readonly challenge: ChallengeSettings
  /** Where the steps of each gift are sent by OTLP over HTTP, without the path of traces; null: nowhere. */
  readonly tracesTo: string | null
  readonly logLevel: string
  /** What a start says aloud although it starts: names of variables, never a value. */
  readonly warnings: readonly string[]
}

/** Where the newsroom sends its newsletter from, and how the service tells that tool of subscribers. */
export type NewsletterTool =
  /** No tool is notified: staff export the list. */
  | { readonly kind: 'export' }
  /** The endpoints of outgoing webhooks that choose the events `newsletter.…`. */
  | { readonly kind: 'webhook' }
  | DirectTool

/** A tool that the service speaks to about each address. Its key is a secret. */
export type DirectTool =
  | { readonly kind: 'mailchimp'; readonly key: string; readonly list: string }
  | { readonly kind: 'buttondown'; readonly key: string }
  /** `list` is the id of one of the site's newsletters; null: those that the site gives to new members. */
  | { readonly kind: 'ghost'; readonly key: string; readonly url: string; readonly list: string | null }

/** What a reader may give: currencies and frequencies (the page's default first), suggestions and limits, in minor units. */
export type Offer = {
  readonly frequencies: readonly ('once' | 'monthly' | 'yearly')[]
  readonly currencies: readonly CurrencyCode[]
  readonly suggested: ReadonlyMap<CurrencyCode, readonly bigint[]>
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
  /** Stripe's rates, in the currencies in which readers may cover the fees. */
  readonly feeRates: ReadonlyMap<CurrencyCode, FeeRate>
  /** Ways to pay that the pages name, in this order; empty: none. */
  readonly paymentMethods: readonly PaymentMethod[]
}

/** How finance's reports are put together. */
export type Reporting = {
  /** The currency of the totals over all currencies. */
  readonly currency: CurrencyCode
  /** The month, 1 to 12, in which the newsroom's fiscal year starts. A fiscal year is named by the year in which it ends. */
  readonly fiscalYearStarts: number
}

export class ConfigProblems extends Error {
  override readonly name = 'ConfigProblems'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}
