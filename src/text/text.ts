import { createInstance, type TFunction } from 'i18next'
import { en } from './en/en.ts'

/** The languages of pages, mails, receipts and the widget. A further one is its catalogue and one entry here. */
export const catalogues = { en }

/** The language of messages that a catalogue lacks, and of readers whose language has no catalogue. */
const FALLBACK = 'en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: false
    resources: typeof en
  }
}

/**
 * The words of one language. Each part of the catalogue is a function of a key and the message's values:
 * `text.reader('donate.ownAmount', { currency: 'USD' })`. A key that does not exist, or a value that is missing, is a
 * type error. Messages are plain text; whoever shows them escapes them.
 */
export type Text = { readonly [Part in keyof typeof en]: TFunction<Part> } & {
  /** BCP 47: for `lang` attributes, and for the dates and amounts among the words. */
  readonly language: string
}

/** Messages under the keys of `en`. English stands in for those that a catalogue lacks. */
export type Catalogue = Translation<typeof en>
type Translation<Words> = Words extends string
  ? string
  : { readonly [Key in keyof Words]?: Translation<Words[Key]> } & FurtherPlurals<Words>
/** English has the plural forms `one` and `other`; other languages have further ones. */
type FurtherPlurals<Words> = {
  readonly [
    Key in keyof Words as Key extends `${infer Stem}_other`
      ? `${Stem}_${'zero' | 'two' | 'few' | 'many'}`
      : never
  ]?: string
}

/** @returns a function that finds the words for a BCP 47 tag: for `pt-BR` those of `pt-BR`, else of `pt`, else English */
export function textsIn(languages: Readonly<Record<string, Catalogue>>): (tag: string) => Text {
  const i18n = createInstance()
  void i18n.init({
    resources: { ...languages },
    fallbackLng: FALLBACK,
    initAsync: false,
    interpolation: { escapeValue: false }, // the templates of the pages and mails escape
  })
  const texts = new Map(
    Object.keys(languages).map((language): [string, Text] => {
      const parts = Object.keys(en).map((part) => [part, i18n.getFixedT(language, part as keyof typeof en)])
      // `Object.fromEntries` loses the names of the parts, which are those of `en`.
      return [language, { language, ...Object.fromEntries(parts) } as Text]
    }),
  )
  return (tag) => {
    const text = texts.get(tag) ?? texts.get(tag.split('-')[0] ?? '') ?? texts.get(FALLBACK)
    if (!text) throw new Error(`There is no catalogue for ${FALLBACK}`)
    return text
  }
}

export const textFor = textsIn(catalogues)
