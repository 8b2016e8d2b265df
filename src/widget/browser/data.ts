import type { Frequency } from '../../checkout/attribution.ts'
import type { FeeRate } from '../../money/fee-rate.ts'
import type { Language } from '../../text/languages.ts'

/** The words that the widget shows, in one language and for one newsroom. `fill` puts the values in. */
export type WidgetWords = Readonly<
  Record<
    | 'heading'
    | 'intro'
    | 'open'
    | 'close'
    | 'chooseAmount'
    | 'other'
    | 'ownAmount'
    | 'howOften'
    | 'once'
    | 'monthly'
    | 'yearly'
    | 'give'
    | 'giveOnce'
    | 'giveMonthly'
    | 'giveYearly'
    | 'amountMonthly'
    | 'amountYearly'
    | 'coverFees'
    | 'trust'
    | 'tax'
    | 'oneMoment'
    | 'donatePage'
    | 'unreachable',
    string
  >
>

/** What a reader reads only after touching the widget, in one language. */
export type MoreWords = Readonly<
  Record<
    | 'opening'
    | 'leaving'
    | 'continue'
    | 'recurs'
    | 'tooManyTries'
    | 'refused'
    | 'notPaid'
    | 'notPaidFailed'
    | 'paid'
    | 'onItsWay'
    | 'missing'
    | 'unreadable'
    | 'ambiguous'
    | 'otherCurrency'
    | 'noDecimals'
    | 'tooManyDecimals'
    | 'notPositive'
    | 'tooSmall'
    | 'tooLarge'
    | 'notAMultiple'
    | 'tooManyDigits',
    string
  >
>

/** What the widget's code knows of the newsroom, in one language and one currency. Amounts are in minor units. */
export type WidgetData = {
  readonly lang: Language
  readonly dir: 'ltr' | 'rtl'
  /** Every language that the newsroom offers: for a page in another one than `lang` the widget asks for its words. */
  readonly languages: readonly string[]
  readonly frequencies: readonly Frequency[]
  readonly currency: {
    readonly code: string
    readonly minorDigits: number
    readonly step: number
    readonly minimum: number
    readonly maximum: number
    readonly amounts: readonly number[]
    /** Null where the newsroom does not say what Stripe takes: the fee is then not offered. */
    readonly feeRate: FeeRate | null
  }
  /** What a reader agrees to who ticks the newsletter's box, word for word; empty where there is no newsletter. */
  readonly newsletter: string
  readonly words: WidgetWords
}
