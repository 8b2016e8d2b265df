import { describe, expect, it, test } from 'vitest'
import { allCurrencies } from '../../src/money/currency.ts'
import { money } from '../../src/money/money.ts'
import { canDraw, linesOf, printable, spokenText, UNDRAWABLE } from '../../src/pdf/lines.ts'
import { paperIn } from '../../src/pdf/paper.ts'
import { amountInWords } from '../../src/receipts/receipt.ts'
import { languages } from '../../src/text/languages.ts'
import { textFor } from '../../src/text/text.ts'

/** What the eye meets from left to right: the letters of each run, those of Arabic and Hebrew in their own order. */
function seen(text: string, direction: 'ltr' | 'rtl' | 'auto' = 'auto', width = 1_000): string[] {
  return linesOf(text, { weight: 400, width, direction }).map(({ runs }) =>
    runs.map(({ clusters }) => clusters.map((cluster) => cluster.text).join('')).join('|'),
  )
}

test.each(languages)(
  'a receipt’s number stays on one line at every width that holds it, in %s',
  (language) => {
    const number = '2026-000123'
    const text = textFor(language)
    const title = text.receipt('title', { number })
    const notice = text.receipt('voidedAndReplaced', { number })
    const [own] = linesOf(number, { weight: 700, width: 1_000, direction: 'auto' })
    for (const words of [title, notice])
      for (let width = own?.width ?? 0; width < 60; width += 0.5) {
        const lines = linesOf(words, { weight: 700, width, direction: text.direction })
        const texts = lines.map(({ runs }) =>
          runs.map(({ clusters }) => clusters.map((cluster) => cluster.text).join('')).join(''),
        )
        expect([width, texts.filter((line) => line.includes(number)).length]).toEqual([width, 1])
      }
  },
)

describe('the letters of a PDF', () => {
  it.each([
    'Łukasz Žižek',
    'Ελένη',
    'Дмитрий',
    'Nguyễn',
    'प्रिया शर्मा',
    'O’Neil',
    'ليلى عبدالله',
    'گلچین ټول ڈاکٹر',
    'שלום',
    'สมชาย น้ำใจ',
    '髙橋さくら',
    '王小明 國語',
    '김민준',
    'Ada 🌻❤️☃',
    '👩‍🌾👨‍👩‍👧🫶🏾🏳️‍🌈',
    '🇺🇦🏴󠁧󠁢󠁥󠁮󠁧󠁿1️⃣',
  ])('are all there for %s', (name) => expect(canDraw(name)).toBe(true))

  it.each(['𓀀', '𓀀\uFE0F', '\u9FFF'])('are replaced by a mark where no font has them: %s', (name) => {
    expect(canDraw(name)).toBe(false)
    expect(seen(name)).toEqual([UNDRAWABLE])
  })

  it.each(['👩‍🌾', '👨‍👩‍👧', '🇺🇦', '🫶🏾'])('are one picture for an emoji of several parts: %s', (emoji) => {
    const [line] = linesOf(emoji, { weight: 700, width: 1_000, direction: 'auto' })
    expect(line?.runs.flatMap(({ clusters }) => clusters.map(({ glyphs }) => glyphs.length))).toEqual([1])
  })

  it('have a narrow space after an emoji as after a word', () => {
    const widthOf = (text: string) =>
      linesOf(text, { weight: 400, width: 1_000, direction: 'ltr' })[0]?.width ?? 0
    expect(widthOf('🌻 🌻') - 2 * widthOf('🌻')).toBeCloseTo(widthOf('a a') - 2 * widthOf('a'))
  })

  it('are there for the amounts of every currency in every language', () => {
    for (const language of languages)
      for (const code of allCurrencies)
        expect(canDraw(amountInWords(money(123_400n, code), textFor(language))), `${code} ${language}`).toBe(
          true,
        )
  })
})

describe('a line', () => {
  it('puts a right-to-left name among Latin words in reading order', () => {
    expect(seen('Layla לאה – and $5.00', 'ltr')).toEqual(['Layla |האל| |– and $5.00'])
    // An amount right after the name belongs to it: it stands to its left, its own digits in their order.
    expect(seen('Layla לאה – $5.00', 'ltr')).toEqual(['Layla |$5.00| –| האל'])
  })

  it('keeps the digits of a number in a right-to-left sentence in their order', () => {
    // The receipt number is isolated, as every value of a message in Arabic is.
    expect(seen(textFor('ar').receipt('title', { number: '2026-000123' }), 'rtl')[0]).toMatch(
      /^2026-000123\|/,
    )
  })

  it('mirrors brackets in right-to-left text', () => {
    const [line] = linesOf('(ליל)', { weight: 400, width: 100, direction: 'rtl' })
    const bracketOf = (text: string) =>
      linesOf(text, { weight: 400, width: 100, direction: 'ltr' })[0]?.runs[0]?.clusters[0]?.glyphs[0]?.id
    expect(line?.runs.at(-1)?.clusters.at(-1)?.glyphs[0]?.id).toBe(bracketOf(')'))
    expect(line?.runs[0]?.clusters[0]?.glyphs[0]?.id).toBe(bracketOf('('))
  })

  it('joins Arabic letters: lam and alef are one glyph', () => {
    const [line] = linesOf('لا', { weight: 400, width: 100, direction: 'rtl' })
    expect(line?.runs[0]?.clusters).toMatchObject([{ text: 'لا', glyphs: [{}] }])
  })

  it('ends before the word that does not fit, and in a word that is longer than a line', () => {
    expect(seen('one two three', 'ltr', 4.5)).toEqual(['one two', 'three'])
    const lines = seen('x'.repeat(40), 'ltr', 4)
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.join('')).toBe('x'.repeat(40))
  })

  it('may end between Chinese words, which stand without spaces', () => {
    expect(seen('王小明王小明', 'ltr', 3.2).length).toBeGreaterThan(1)
  })
})

test('a name stays in one line, without characters that turn text round', () => {
  expect(printable('Ann\r\nLee\u202Eevil\u0000')).toBe('Ann Leeevil')
  expect(printable('e\u0301')).toBe('é')
  expect(spokenText('\u2068Ann\u2069')).toBe('Ann')
})

test('American newsrooms print on Letter, others on A4', () => {
  for (const zone of ['America/New_York', 'US/Pacific', 'America/Toronto', 'America/Mexico_City'])
    expect([zone, paperIn(zone)]).toEqual([zone, 'letter'])
  for (const zone of ['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Tokyo', 'UTC'])
    expect([zone, paperIn(zone)]).toEqual([zone, 'a4'])
})
