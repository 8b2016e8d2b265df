import type { GiftKind } from '../newsroom/gift-kind.ts'
import type { LegalStatus } from '../newsroom/profile.ts'
import type { Catalogue } from '../text/catalogue.ts'
import { en } from '../text/en/en.ts'
import { isolatedIn } from '../text/text.ts'
import type { MoreWords, WidgetWords } from './browser/data.ts'

/** The script travels with every article, so it carries only the messages that it shows. */
export function widgetWords(
  language: string,
  catalogue: Catalogue,
  newsroom: {
    readonly name: string
    readonly gift: GiftKind
    readonly tax: { readonly legalStatus: LegalStatus; readonly fiscalSponsor: string | null }
  },
): WidgetWords {
  const words = isolatedIn(language, { ...en.widget, ...catalogue.widget })
  const of = <Key extends string>(key: Key): string =>
    // The catalogue has every word of a gift for both kinds.
    (words as Readonly<Record<string, string>>)[`${key}_${newsroom.gift}`] ?? ''
  const { legalStatus, fiscalSponsor } = newsroom.tax
  const tax = {
    for_profit: words.tax_for_profit,
    charity: words.tax_charity,
    fiscally_sponsored: words.tax_fiscally_sponsored.replace('{{sponsor}}', () => fiscalSponsor ?? ''),
  }
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
    trust: words.trust,
    tax: tax[legalStatus],
    oneMoment: words.oneMoment,
    donatePage: words.donatePage,
    unreachable: words.unreachable,
  }
}

/** What a reader reads only after touching the widget: these are in the second script. */
export function moreWords(language: string, catalogue: Catalogue): MoreWords {
  const words = isolatedIn(language, { ...en.widget, ...catalogue.widget })
  const reasons = isolatedIn(language, { ...en.amount, ...catalogue.amount })
  return {
    opening: words.opening,
    leaving: words.leaving,
    continue: words.continue,
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
