import { html } from 'hono/html'
import { describe, expect, it } from 'vitest'
import { withMarkup } from '../../src/html/layout.ts'
import { currencyWords } from '../../src/pages/reader/donate/donate-options-view.ts'
import { errorPage } from '../../src/pages/reader/error-view.ts'
import { en } from '../../src/text/en/en.ts'
import { dateFormat } from '../../src/text/date-format.ts'
import type { Catalogue } from '../../src/text/catalogue.ts'
import { readerTexts, textFor, textsIn } from '../../src/text/text.ts'
import { formatMoney, money } from '../../src/money/money.ts'
import { currencyNamed } from '../kit/named.ts'
import { doubledText } from './doubled.ts'

describe('a further language', () => {
  it('needs one catalogue and one entry, and then pages are in that language', () => {
    const page = errorPage({ text: doubledText, newsroomName: 'The Post', status: 404 })
    expect(page).toContain('<html lang="xx-double" dir="ltr">')
    expect(page).toContain('<h1>PPaaggee nnoott ffoouunndd</h1>')
    expect(page).toContain('SSkkiipp ttoo ccoonntteenntt')
    expect(page).toContain('EErrrroorr 404.')
    expect(page).not.toMatch(/Page not found|Skip to content/)
  })

  it('is found by its base language; English stands in for a language without a catalogue', () => {
    expect(textsIn({ en, pt: en })('pt-BR').language).toBe('pt')
    expect(textFor('tlh-Latn').language).toBe('en')
  })

  it('speaks English where its catalogue has no words', () => {
    const half: Catalogue = { shared: { skipToContent: 'Hyppää sisältöön' } }
    const text = textsIn({ en, fi: half })('fi')
    expect(text.shared('skipToContent')).toBe('Hyppää sisältöön')
    expect(text.reader('donate.amount')).toBe('Amount')
  })
})

describe('a reader’s words', () => {
  const texts = readerTexts({ offered: ['en', 'de', 'ar'], fallback: 'de' })

  it('are of the first wanted language that the newsroom offers, otherwise of its own', () => {
    expect(texts(null, 'fr', 'ar-EG', 'en').language).toBe('ar')
    expect(texts('uk').language).toBe('de')
    expect(texts(null, '*', 'not a tag').language).toBe('de')
    expect(texts().language).toBe('de')
  })

  it('have the amounts and dates of the reader’s region', () => {
    expect(texts('de-AT').locale).toBe('de-AT')
    expect(texts('DE-ch').locale).toBe('de-CH')
    expect(texts('pt-BR').locale).toBe('de')
  })

  it('are written from right to left in Arabic, with Latin digits', () => {
    const arabic = texts('ar-EG')
    expect([arabic.direction, texts('de').direction]).toEqual(['rtl', 'ltr'])
    expect(formatMoney(money(123456n, currencyNamed('usd')), arabic.locale)).toContain('1,234.56')
    expect(dateFormat(arabic.locale, { dateStyle: 'long' }).format(new Date('2026-01-14'))).toContain('2026')
  })

  it('name a currency from right to left in Arabic, within another message too', () => {
    expect(currencyWords(currencyNamed('usd'), textFor('ar'))).toMatch(
      /^\u200f\u2068\p{Script=Arabic}.*\(\u2068USD\u2069\)$/u,
    )
  })

  it('isolate every value in Arabic, so that names and addresses keep their own direction', () => {
    const right = textsIn({ ar: { receipt: { questions: 'x {{email}}' } } })('ar')
    expect(right.receipt('questions', { email: 'a@b.example' })).toBe('x \u2068a@b.example\u2069')
    const markup = withMarkup(right.receipt, 'questions', { email: html`<b>a</b>` })
    expect(String(markup)).toBe('x \u2068<b>a</b>\u2069')
  })
})

describe('a message', () => {
  const t = textFor('en').reader

  it('takes its values as they are, even when they look like messages', () => {
    const newsroom = '{{amount}} $t(donate.amount) <b>'
    expect(t('gift.invitation', { context: 'donation', newsroom })).toBe(`Donate to ${newsroom}`)
  })

  it('takes values that are markup; the others are escaped', () => {
    const words = withMarkup(
      t,
      'thankYou.succeeded.arrived.once',
      { amount: html`<b>$5</b>`, newsroom: '<i>{{amount}}</i>' },
      { context: 'donation' },
    )
    expect(String(words)).toBe('Your donation of <b>$5</b> to &lt;i&gt;{{amount}}&lt;/i&gt; has arrived.')
  })

  it('is a type error when its key does not exist or a value is missing', () => {
    // @ts-expect-error no such key
    expect(t('donate.amuont')).toBe('donate.amuont')
    // @ts-expect-error the value is called `currency`
    expect(t('donate.ownAmount', { currenci: 'USD' })).toContain('{{currency}}')
    // @ts-expect-error it takes a value
    expect(t('donate.ownAmount')).toContain('{{currency}}')
    // @ts-expect-error the kind of gift decides between two messages
    expect(t('gift.invitation', { newsroom: 'The Courier' })).toBe('gift.invitation')
    // @ts-expect-error no such key in any catalogue
    const misspelt: Catalogue = { shared: { skipToContents: 'Hyppää sisältöön' } }
    expect(misspelt.shared?.skipToContent).toBeUndefined()
  })
})
