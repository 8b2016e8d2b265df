import type { ReaderSettings } from '../checkout/reader-settings.ts'
import type { GiftKind } from '../newsroom/gift-kind.ts'
import type { Catalogue } from '../text/catalogue.ts'
import { en } from '../text/en/en.ts'
import { isolatedIn, textFor } from '../text/text.ts'
import type { MoreWords, WidgetWords } from './browser/data.ts'

/** The script travels with every article, so it carries only the messages that it shows. */
export function widgetWords(
  language: string,
  catalogue: Catalogue,
  newsroom: {
    readonly name: string
    readonly gift: GiftKind
    readonly trust: string
    readonly tax: ReaderSettings['tax']
  },
): WidgetWords {
  const words = isolatedIn(language, { ...en.widget, ...catalogue.widget })
  const of = <Key extends string>(key: Key): string =>
    // The catalogue has every word of a gift for both kinds.
    (words as Readonly<Record<string, string>>)[`${key}_${newsroom.gift}`] ?? ''
  return {
    heading: of('heading').replace('{{newsroom}}', () => newsroom.name),
    intro: words.intro,
    open: of('open'),
    close: words.close,
    chooseAmount: words.chooseAmount,
    other: words.other,
    ownAmount: words.ownAmount,
    howOften: words.howOften,
    once: words.once,
    monthly: words.monthly,
    yearly: words.yearly,
    give: of('give'),
    giveOnce: of('giveOnce'),
    giveMonthly: of('giveMonthly'),
    giveYearly: of('giveYearly'),
    amountMonthly: words.amountMonthly,
    amountYearly: words.amountYearly,
    coverFees: words.coverFees,
    trust: newsroom.trust,
    tax: taxLine(words, newsroom.tax),
    oneMoment: words.oneMoment,
    donatePage: words.donatePage,
    unreachable: words.unreachable,
  }
}

/** The newsroom's own paragraph takes the line's place where it is as short as a line. */
const LONGEST_TAX_LINE = 120

function taxLine(
  words: Readonly<Record<keyof typeof en.widget, string>>,
  { legalStatus, fiscalSponsor, statement, law }: ReaderSettings['tax'],
): string {
  if (law === 'own') return statement.length <= LONGEST_TAX_LINE ? statement : ''
  if (legalStatus === 'for_profit') return words.tax_for_profit
  if (law === 'elsewhere') return words.tax_elsewhere
  return legalStatus === 'charity'
    ? words.tax_charity
    : words.tax_fiscally_sponsored.replace('{{sponsor}}', () => fiscalSponsor ?? '')
}

/** What a reader reads only after touching the widget: these are in the second script. */
export function moreWords(language: string, catalogue: Catalogue): MoreWords {
  const words = isolatedIn(language, { ...en.widget, ...catalogue.widget })
  const reasons = isolatedIn(language, { ...en.amount, ...catalogue.amount })
  return {
    opening: words.opening,
    leaving: words.leaving,
    continue: words.continue,
    recurs: textFor(language).reader('donate.recurs', { next: '{{next}}' }),
    tooManyTries: words.tooManyTries,
    refused: words.refused,
    notPaid: words.notPaid,
    notPaidFailed: words.notPaidFailed,
    paid: words.paid,
    onItsWay: words.onItsWay,
    missing: reasons.missing,
    unreadable: reasons.unreadable,
    ambiguous: reasons.ambiguous,
    otherCurrency: reasons.otherCurrency,
    noDecimals: reasons.noDecimals,
    tooManyDecimals: reasons.tooManyDecimals,
    notPositive: reasons.notPositive,
    tooSmall: reasons.tooSmall,
    tooLarge: reasons.tooLarge,
    notAMultiple: reasons.notAMultiple,
    tooManyDigits: reasons.tooManyDigits,
  }
}
