import type { Catalogue } from '../text/text.ts'

/** The words that the widget's script carries, of one language. */
export type WidgetWords = ReturnType<typeof widgetWords>

/** The script travels with every article, so it carries only the messages that it shows. */
export function widgetWords(lang: string, { widget, amount }: Catalogue) {
  const { unreadable, ambiguous, noDecimals, tooManyDecimals, tooManyDigits } = amount
  return { ...widget, unreadable, ambiguous, noDecimals, tooManyDecimals, tooManyDigits, lang }
}
