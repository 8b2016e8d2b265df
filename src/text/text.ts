import { createInstance, type TFunction } from 'i18next'
import { ar } from './ar/ar.ts'
import type { Catalogue } from './catalogue.ts'
import { de } from './de/de.ts'
import { en } from './en/en.ts'
import { es } from './es/es.ts'
import { fr } from './fr/fr.ts'
import { directionOf, offeredTag, type Language, type ReaderLanguages } from './languages.ts'
import { uk } from './uk/uk.ts'

/** The words of pages, mails, receipts and the widget. A further language is its catalogue and one entry here. */
export const catalogues: Readonly<Record<Language, Catalogue>> = { en, es, uk, fr, de, ar }

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
  /** BCP 47, without a region: for `lang` attributes. */
  readonly language: string
  /** For `dir` attributes. */
  readonly direction: 'ltr' | 'rtl'
  /** BCP 47, with the reader's region where it is known: for the dates and amounts among the words. */
  readonly locale: string
}

/**
 * @returns a function that finds the words for a BCP 47 tag: for `pt-BR` those of `pt-BR`, else of `pt`, else English.
 * Amounts and dates follow the region of the tag where the words are of its language.
 */
export function textsIn(languages: Readonly<Record<string, Catalogue>>): (tag: string) => Text {
  const i18n = createInstance()
  void i18n.init({
    resources: Object.fromEntries(
      Object.entries(languages).map(([language, words]) => [language, isolatedIn(language, words)]),
    ),
    fallbackLng: FALLBACK,
    initAsync: false,
    nsSeparator: false, // each part has a function of its own, so that no key names one
    interpolation: { escapeValue: false }, // the templates of the pages and mails escape
  })
  const texts = new Map(
    Object.keys(languages).map((language): [string, Text] => {
      const parts = Object.keys(en).map((part) => [
        part,
        quickly(
          i18n.getFixedT(language, part as keyof typeof en),
          (key) => i18n.getResource(language, part, key) as unknown,
        ),
      ])
      const about = { language, direction: directionOf(language), locale: language }
      // `Object.fromEntries` loses the names of the parts, which are those of `en`.
      return [language, { ...about, ...Object.fromEntries(parts) } as Text]
    }),
  )
  return (tag) => {
    const own = texts.get(tag) ?? texts.get(tag.split('-')[0]?.toLowerCase() ?? '')
    const text = own ?? texts.get(FALLBACK)
    if (!text) throw new Error(`There is no catalogue for ${FALLBACK}`)
    // Asking Intl takes as long as a query, and a tag without a second part has no region.
    const region = own && tag.includes('-') ? regionOf(tag) : undefined
    return region ? { ...text, locale: `${text.language}-${region}` } : text
  }
}

/**
 * Keeps the messages that take no values, and puts values into plain messages itself: most of a page are such, and asking
 * i18next takes as long as drawing the part around them. It is asked wherever a message has forms (a number, a context),
 * names another message, comes from the fallback language or lacks a value. The keys stand in the source, so that there is
 * an end to them.
 */
function quickly(
  t: TFunction<keyof typeof en>,
  messageOf: (key: string) => unknown,
): (key: string, values?: object) => string {
  // Who calls it sees the types of `Text`, which know the keys of each part.
  const find = t as unknown as (key: string, values?: object) => string
  const kept = new Map<string, string>()
  const parts = new Map<string, readonly string[] | null>()
  return (key, values) => {
    if (values === undefined) {
      let message = kept.get(key)
      if (message === undefined) kept.set(key, (message = find(key)))
      return message
    }
    let inParts = parts.get(key)
    if (inParts === undefined) parts.set(key, (inParts = plainParts(messageOf(key))))
    return (inParts && filledIn(inParts, values as Readonly<Record<string, unknown>>)) ?? find(key, values)
  }
}

/** A message as text and names of values in turn; null where it is more than that. */
function plainParts(message: unknown): readonly string[] | null {
  if (typeof message !== 'string' || message.includes('$t(')) return null
  const parts = message.split(/\{\{(\w+)\}\}/)
  return parts.some((text, index) => index % 2 === 0 && text.includes('{{')) ? null : parts
}

/** What i18next takes for a choice among the forms of a message, or for a change of how it finds one. */
const CHOOSES =
  /^(?:count|context|ordinal|lng|lngs|fallbackLng|ns|defaultValue.*|joinArrays|replace|interpolation|returnObjects|returnDetails|postProcess)$/

/** @returns null when i18next has to be asked */
function filledIn(parts: readonly string[], values: Readonly<Record<string, unknown>>): string | null {
  for (const name in values) if (CHOOSES.test(name)) return null
  let message = ''
  for (const [index, part] of parts.entries()) {
    const value = index % 2 === 0 ? part : values[part]
    if (typeof value === 'string' || typeof value === 'number') message += value
    else return null
  }
  return message
}

/** The words for a reader: of the first tag (BCP 47) whose language the newsroom offers, otherwise of its own language. */
export type TextFor = (...wanted: readonly (string | null)[]) => Text

export function readerTexts(languages: ReaderLanguages): TextFor {
  return (...wanted) => textFor(offeredTag(wanted, languages) ?? languages.fallback)
}

/**
 * Isolates every value of a message in a language that is written from right to left: a name, an amount or an address
 * keeps its own direction and does not disturb the words around it (Unicode Standard Annex 9: FSI and PDI).
 */
export function isolatedIn<Words extends object>(language: string, words: Words): Words {
  return directionOf(language) === 'rtl' ? mapMessages(words, isolated) : words
}

function isolated(message: string): string {
  return message.replaceAll(/\{\{\w+\}\}/g, '\u2068$&\u2069')
}

/** The text without the characters that keep directions apart, for programs that do not know them. */
export function withoutIsolates(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '')
}

function mapMessages<Words extends object>(words: Words, change: (message: string) => string): Words {
  const entries = Object.entries(words).map(([key, message]: [string, unknown]) => [
    key,
    typeof message === 'string' ? change(message) : mapMessages(Object(message) as object, change),
  ])
  return Object.fromEntries(entries) as Words // the keys are the same, and every message stays a text
}

function regionOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).region
  } catch {
    return undefined // not a language tag
  }
}

export const textFor = textsIn(catalogues)
