import { currencyInfo, type CurrencyCode } from '../money/currency.ts'
import type { FeeRate } from '../money/fee-rate.ts'
import type { AmountLimits, Money } from '../money/money.ts'
import { giftKind, type GiftKind } from '../newsroom/gift-kind.ts'
import type { PaymentMethod } from '../newsroom/payment-methods.ts'
import { statementSource, type NewsroomProfile, type TaxLaw } from '../newsroom/profile.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import type { Frequency } from './attribution.ts'
import { suggestedAmounts } from './suggested-amounts.ts'

/** What the newsroom offers its readers: the pages and the widget read this one value. */
export type ReaderSettings = {
  /** The one that a page shows without asking comes first. */
  readonly currencies: readonly CurrencySettings[]
  /** The one that is chosen before the reader chooses comes first. */
  readonly frequencies: readonly Frequency[]
  /** Ways to pay that the Stripe account offers; empty: none is named. */
  readonly paymentMethods: readonly PaymentMethod[]
  /** Which word a gift and its button have; it follows from the legal status. */
  readonly gift: GiftKind
  /** What a gift means for the reader's taxes. */
  readonly tax: Pick<NewsroomProfile, 'legalStatus' | 'fiscalSponsor' | 'statement'> & {
    /** Whose words they are; see `statementSource`. */
    readonly law: TaxLaw | 'own'
  }
  readonly languages: ReaderLanguages
  /** Whether a giver is asked for the newsletter. */
  readonly hasNewsletter: boolean
}

/** One currency, its amounts in Stripe's minor units. */
export type CurrencySettings = {
  readonly code: CurrencyCode
  /** The decimals of Stripe's amounts, also in ISK and UGX, which have none. */
  readonly minorDigits: number
  /** Stripe charges only multiples of it. */
  readonly step: bigint
  readonly limits: AmountLimits
  /** Smallest first. */
  readonly suggested: readonly Money[]
  /** What Stripe takes, so that readers may cover it; null where the newsroom does not say. */
  readonly feeRate: FeeRate | null
}

type Offered = {
  readonly currencies: readonly CurrencyCode[]
  readonly frequencies: readonly Frequency[]
  readonly suggested: ReadonlyMap<CurrencyCode, readonly bigint[]>
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
  readonly feeRates: ReadonlyMap<CurrencyCode, FeeRate>
  readonly paymentMethods: readonly PaymentMethod[]
}

/** @param offer with the limits of this moment: they rise once Stripe has said the account's currency */
export function readerSettings(
  offer: Offered,
  newsroom: NewsroomProfile,
  languages: ReaderLanguages,
  hasNewsletter: boolean,
): ReaderSettings {
  const { legalStatus, fiscalSponsor, statement } = newsroom
  return {
    currencies: offer.currencies.flatMap((code) => currencySettings(offer, code) ?? []),
    frequencies: offer.frequencies,
    paymentMethods: offer.paymentMethods,
    gift: giftKind(legalStatus),
    tax: { legalStatus, fiscalSponsor, statement, law: statementSource(newsroom) },
    languages,
    hasNewsletter,
  }
}

/** @returns null for a currency that the newsroom does not offer */
function currencySettings(
  offer: Pick<Offered, 'suggested' | 'limits' | 'feeRates'>,
  code: CurrencyCode,
): CurrencySettings | null {
  const limits = offer.limits.get(code)
  if (!limits) return null
  const { minorDigits, step } = currencyInfo(code)
  const feeRate = offer.feeRates.get(code) ?? null
  return { code, minorDigits, step, limits, suggested: suggestedAmounts(offer, code), feeRate }
}
