import { en } from '../text/en/en.ts'
import type { Catalogue } from '../text/catalogue.ts'

/** The words that the widget's script carries, of one language. */
export type WidgetWords = ReturnType<typeof widgetWords>

/** The script travels with every article, so it carries only the messages that it shows. */
export function widgetWords(lang: string, catalogue: Catalogue) {
  const { unreadable, ambiguous, noDecimals, tooManyDecimals, tooManyDigits } = {
    ...en.amount,
    ...catalogue.amount,
  }
  const widget = { ...en.widget, ...catalogue.widget }
  return { ...widget, unreadable, ambiguous, noDecimals, tooManyDecimals, tooManyDigits, lang }
}
