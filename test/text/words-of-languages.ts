import { catalogues } from '../../src/text/text.ts'
import { en } from '../../src/text/en/en.ts'
import type { Language } from '../../src/text/languages.ts'
import type { Words } from '../pages/view-samples.ts'

/** Every message of a catalogue by its path: `reader.donate.amount`. */
export function messagesOf(words: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'string'
        ? [[`${path}${key}`, value]]
        : [...messagesOf(Object(value) as object, `${path}${key}.`)],
    ),
  )
}

/** Words from outside in no language of ours, so that every word of a language on a page is the page's own. */
export const wordsOfNobody: Words = {
  newsroom: '港湾邮报',
  title: '渡轮将于春季恢复通航 渡轮将于春季恢复通航',
  url: 'https://harbour.example/1',
  name: '王小明',
  email: 'a1@mail.example',
  message: '谢谢你们',
  campaign: '冬',
}

/** Finance's pages are English; in another language nothing of them is shown. */
const { finance: _finance, ...shown } = en
const PLACEHOLDER = /\{\{\w+\}\}/
const MONTHS = Array.from({ length: 12 }, (_, month) =>
  new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, month, 15)),
)

/**
 * @returns the texts that are English where another language is due: a message of the English catalogue or a part of one
 * between its values, and the English name of a month
 */
export function englishAmong(texts: readonly string[], language: Language): string[] {
  const { sentences, words, months } = englishNotIn(language)
  return texts
    .map((text) =>
      text
        .replace(/[\u2066-\u2069]/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(
      (text) =>
        words.has(text) ||
        sentences.some((sentence) => text.includes(sentence)) ||
        months.some((month) => text.split(/[^\p{L}]+/u).includes(month)),
    )
}

type EnglishWords = {
  readonly sentences: readonly string[]
  readonly words: ReadonlySet<string>
  readonly months: readonly string[]
}
const kept = new Map<Language, EnglishWords>()

/** What only English says. */
function englishNotIn(language: Language): EnglishWords {
  const found = kept.get(language)
  if (found) return found
  const own = piecesOf(catalogues[language])
  const english = [...piecesOf(shown)].filter((piece) => !own.has(piece))
  const made = {
    sentences: english.filter((piece) => piece.includes(' ')),
    words: new Set(english),
    months: MONTHS.filter((month) => !isMonthOf(month, language)),
  }
  kept.set(language, made)
  return made
}

function piecesOf(words: object): Set<string> {
  const pieces = [...messagesOf(words).values()].flatMap((message) => message.split(PLACEHOLDER))
  return new Set(pieces.map((piece) => piece.replace(/\s+/g, ' ').trim()).filter(isOfWords))
}

/** A letter or two between values is no word that only English has. */
function isOfWords(piece: string): boolean {
  return (piece.match(/\p{L}/gu) ?? []).length > 3
}

function isMonthOf(month: string, language: Language): boolean {
  return Array.from({ length: 12 }, (_, index) => Date.UTC(2026, index, 15)).some((day) =>
    new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', timeZone: 'UTC' })
      .format(day)
      .split(/[^\p{L}]+/u)
      .includes(month),
  )
}
