import { describe, expect, it } from 'vitest'
import { catalogues } from '../../src/text/text.ts'
import { en } from '../../src/text/en/en.ts'
import { languages } from '../../src/text/languages.ts'
import { messagesOf } from './words-of-languages.ts'

/** Finance's pages and the mails to staff are English. */
const { finance: _finance, mail, ...others } = en
const readers = { ...others, mail: { frame: mail.frame, receipt: mail.receipt } }
const english = messagesOf(readers)

const PLURAL = /_(zero|one|two|few|many|other)$/
const stemOf = (key: string) => key.replace(PLURAL, '')
const plurals = new Set([...english.keys()].filter((key) => key.endsWith('_other')).map(stemOf))

/** Words that are the same in another language: names, patterns without words, and loanwords. */
const SAME =
  /^(reader\.share\.(whatsapp|facebook|bluesky|mail)|reader\.donate\.(currencyOption|message)|mail\.receipt\.fact|receipt\.date|recurring\.questions)$/
const SAME_WORDS =
  /^(Date|Message|Questions: \{\{email\}\}|Questions\u00a0: \{\{email\}\}|E-mail|Error \{\{status\}\}\.|Error: \{\{title\}\}|In \{\{currency\}\}\.)$/

describe.each(languages.filter((language) => language !== 'en'))('the catalogue %s', (language) => {
  const own = messagesOf(catalogues[language])
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const needed = [...english.keys()].flatMap((key) =>
    plurals.has(stemOf(key)) ? categories.map((category) => `${stemOf(key)}_${category}`) : [key],
  )

  it('has every message that readers and donors see, in every plural form of the language, and no other', () => {
    expect([...own.keys()].toSorted()).toEqual([...new Set(needed)].toSorted())
  })

  it('has the values of the English messages; the words for one and two may stand without their number', () => {
    const differing = [...own].filter(([key, message]) => {
      const source = english.get(key) ?? english.get(`${stemOf(key)}_other`) ?? ''
      const mayLackCount = /_(zero|one|two)$/.test(key)
      const values = (text: string) => valuesIn(text).filter((value) => !(mayLackCount && value === 'count'))
      return String(values(message)) !== String(values(source))
    })
    expect(differing).toEqual([])
  })

  it('has no message that was left in English', () => {
    const left = [...own].filter(
      ([key, message]) => message === english.get(key) && !SAME.test(key) && !SAME_WORDS.test(message),
    )
    expect(left).toEqual([])
  })
})

const spoken = messagesOf({ ...others, mail })

it.each(languages)('the catalogue %s speaks of e-mail, never of mail alone', (language) => {
  const own = language === 'en' ? spoken : messagesOf(catalogues[language])
  expect(those(own, /(?<!e-|E-)\bmail(s|ed)?\b/i)).toEqual([])
})

/** What a printer of the language would mark, and the familiar address in a language that addresses readers formally. */
const SLIPS: Readonly<Record<(typeof languages)[number], readonly RegExp[]>> = {
  en: [/["']/],
  es: [/["']/, /^[^¿]*\?/, /^[^¡]*!/, /(?<!\p{L})(tú|tu|tus|te|vosotros)(?!\p{L})/iu],
  uk: [/["']/, / —/, /(?<!\p{L})(ти|тебе|твій|твоя|твоє)(?!\p{L})/iu],
  fr: [
    /["']/,
    /[^\u202f][;!?]/,
    /[^\u00a0]:/,
    /«[^\u00a0]/,
    /[^\u00a0]»/,
    /(?<!\p{L})(tu|toi|ton|tes)(?!\p{L})/iu,
  ],
  de: [/["'”«»]/, /\b(du|dich|dir|dein\w*|euch)\b/i],
  ar: [/["']/, /[,;?]/],
}

it.each(languages)(
  'the catalogue %s has the marks of its language, and one way to address readers',
  (language) => {
    const own = language === 'en' ? spoken : messagesOf(catalogues[language])
    expect(SLIPS[language].flatMap((slip) => those(own, slip))).toEqual([])
  },
)

/** A section of a law, with digits and brackets around a letter, falls apart between Arabic words unless it is isolated. */
it('keeps what is written from left to right together among Arabic words', () => {
  const torn = those(messagesOf(catalogues.ar), /(?<!\u2066)\b501\(c\)/)
  expect(torn).toEqual([])
})

function those(messages: ReadonlyMap<string, string>, pattern: RegExp): [string, string][] {
  return [...messages].filter(([, message]) => pattern.test(message))
}

function valuesIn(message: string): string[] {
  return [...new Set(message.match(/(?<=\{\{)\w+(?=\}\})/g) ?? [])].toSorted()
}
