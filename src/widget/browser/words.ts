import type { WidgetWords } from '../widget-words.ts'

/** The catalogues' words, by language. The bundler puts them in. */
declare const WIDGET_WORDS: { readonly en: WidgetWords; readonly [language: string]: WidgetWords | undefined }

/** The words for a BCP 47 tag: of `pt-BR`, else of `pt`, else English. */
export function wordsFor(tag: string): WidgetWords {
  return WIDGET_WORDS[tag] ?? WIDGET_WORDS[tag.replace(/-.*/, '')] ?? WIDGET_WORDS.en
}

/** The message with its values in place of their `{{names}}`. */
export function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replace(/{{(\w+)}}/g, (_, name: string) => `${values[name]}`)
}
