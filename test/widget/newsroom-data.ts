import { readerSettings, type ReaderSettings } from '../../src/checkout/reader-settings.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { WidgetData } from '../../src/widget/browser/data.ts'
import { widgetData } from '../../src/widget/widget-data.ts'

/** The settings of a newsroom as its variables make them. */
export function settingsOf(variables: Readonly<Record<string, string>> = {}): ReaderSettings {
  const { offer, newsroom, languages, newsletter } = readConfig(variables)
  return readerSettings(offer, newsroom, languages, newsletter !== null)
}

/** What `/widget.js` and `/widget.json` carry for it. */
export function dataOf(
  variables: Readonly<Record<string, string>> = {},
  { lang = null, currency = null }: { readonly lang?: string | null; readonly currency?: string | null } = {},
): WidgetData {
  return widgetData(settingsOf(variables), 'The Harbour Post', { lang, currency })
}
