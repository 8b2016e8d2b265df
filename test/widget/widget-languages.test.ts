import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { directionOf, languages } from '../../src/text/languages.ts'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { englishAmong } from '../text/words-of-languages.ts'
import { created, type FakeService, fakeService, hungUp, refused } from './fake-service.ts'

const THREE = ['inline', 'card', 'button']
  .map((variant) => `<reader-donation variant="${variant}"><a href="SERVICE/donate">…</a></reader-donation>`)
  .join('')
const ARTICLE = `<script src="SERVICE/widget.js" async></script></head>
  <body style="margin:0"><main><h1>2026</h1>${THREE}</main></body>`

/** Amounts that are refused, for every reason. */
const TYPED = ['', 'abc', '5.00012', '5,00012', '0', '-1', '0.01', '0,01', '99999999', '9'.repeat(30), '5 £']

/** Labels of the frequencies that have more lines than words. */
const BROKEN_WORDS = `[...document.querySelectorAll('reader-donation')]
  .flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll('.segment span')])
  .filter((label) => {
    const range = document.createRange()
    range.selectNodeContents(label)
    const lines = new Set([...range.getClientRects()].map(({ top }) => top)).size
    return lines > label.textContent.split(/\\s+/).length
  })
  .map(({ textContent }) => textContent)`

describe.skipIf(skipReason)(
  `<reader-donation> in every language${skipReason ? ` (${skipReason})` : ''}`,
  () => {
    let browser: Browser
    let service: FakeService

    beforeAll(async () => {
      service = await fakeService(await buildWidget())
      service.variables({ STRIPE_FEE_RATES: 'usd=2.9%+30', NEWSLETTER_TOOL: 'export' })
      browser = await openBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      service?.close()
    })

    test.each(languages)(
      'is in %s alone in each of its states, in its direction, accessible, and fits the narrowest phone',
      async (language) => {
        service.page(ARTICLE, { html: `lang="${language}" dir="${directionOf(language)}"` })
        const context = await browser.newContext({ viewport: { width: 320, height: 700 }, hasTouch: true })
        const page = await context.newPage()
        page.setDefaultTimeout(8000)
        await page.goto(`${service.articleUrl}/page`)
        const [inline, , behind] = await page.locator('reader-donation').all()
        if (!inline || !behind) throw new Error('the page has three widgets')
        const give = inline.getByRole('button')
        await page.waitForFunction(
          `[...document.querySelectorAll('reader-donation')].every((element) => element.shadowRoot)`,
        )
        const wrong: Record<string, unknown> = {}
        const look = async (state: string, axe = false) => {
          const { forms, texts, overflow } = await shown(page)
          const found = {
            forms: forms.filter((form) => form !== `${language} ${directionOf(language)}`),
            english: language === 'en' ? [] : englishAmong(texts, language),
            overflow: overflow > 0 ? [overflow] : [],
            axe: axe ? await axeFindings(page, ['color-contrast']) : [],
          }
          if (Object.values(found).some((list) => list.length > 0)) wrong[state] = found
        }
        await look('at first', true)
        expect(await page.evaluate(BROKEN_WORDS)).toEqual([])

        expect(await page.evaluate(`(${TYPE})(${JSON.stringify(TYPED)})`)).toBeGreaterThan(5)
        await look('an amount refused', true)
        for (const [state, answer] of [
          ['too many tries', refused(429, {})],
          ['unreachable', hungUp],
        ] as const) {
          service.answer(answer)
          await page.evaluate(`(${PRESS})()`)
          await look(state)
        }
        service.answer(created)
        service.status('failed')
        await give.click()
        await page.waitForURL(`${service.origin}/pay`)
        await page.goBack()
        await inline.locator('[role=status]:not(:empty)').waitFor()
        await look('back after a payment that failed')
        await behind.getByRole('button').click()
        await look('in a dialog', true)
        expect(wrong).toEqual({})
        await context.close()
      },
    )
  },
)

type Shown = {
  /** Language and direction of each form. */
  readonly forms: string[]
  readonly texts: string[]
  readonly overflow: number
}

async function shown(page: Page): Promise<Shown> {
  const seen: unknown = await page.evaluate(SHOWN)
  return seen as Shown // the shape that SHOWN returns
}

const FIRST = `document.querySelector('reader-donation').shadowRoot`

/** Types one amount after the other, and leaves all that the widget said about them. @returns how many sentences they were */
const TYPE = `async (typed) => {
  const root = ${FIRST}
  const said = new Set()
  root.querySelector('.segment:last-child input').click()
  for (const box of root.querySelectorAll('.box input')) box.click()
  root.querySelector('.other input[type=radio]').click()
  const problem = root.querySelector('[role=alert]')
  for (const text of typed) {
    const own = root.querySelector('#own')
    own.value = text
    own.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
    root.querySelector('form').requestSubmit()
    for (let frames = 0; problem.textContent === ''; frames += 1) {
      if (frames > 300) throw new Error(JSON.stringify(text) + ' is neither refused nor taken ' + root.querySelector('form').outerHTML)
      if (root.querySelector('[role=status]').textContent) throw new Error(text + ' was taken')
      await new Promise((done) => requestAnimationFrame(done))
    }
    said.add(problem.textContent)
  }
  problem.replaceChildren(...[...said].flatMap((text) => [text, document.createElement('br')]))
  return said.size
}`

/** Gives the first amount, and waits for the way on that is offered when that fails. */
const PRESS = `async () => {
  const root = ${FIRST}
  root.querySelector('.tile input').click()
  root.querySelector('form').requestSubmit()
  const status = root.querySelector('[role=status]')
  for (let frames = 0; !status.querySelector('a'); frames += 1) {
    if (frames > 600) throw new Error('no way on ' + root.querySelector('form').outerHTML)
    await new Promise((done) => requestAnimationFrame(done))
  }
}`

const SHOWN = `(() => {
  const texts = []
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return texts.push(node.data)
    if (node.nodeName === 'STYLE') return
    for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
      if (node.hasAttribute?.(name)) texts.push(node.getAttribute(name))
    node.childNodes.forEach(walk)
  }
  const roots = [...document.querySelectorAll('reader-donation')].map((element) => element.shadowRoot)
  roots.forEach(walk)
  const forms = roots.map((root) => root.querySelector('form')).map(({ lang, dir }) => lang + ' ' + dir)
  const edges = roots.flatMap((root) => [...root.querySelectorAll('span, p, label, button, a')])
    .map((element) => element.getBoundingClientRect())
    .filter(({ width }) => width > 1)
    .map(({ left, right }) => Math.max(-left, right - innerWidth))
  return { forms, texts, overflow: Math.ceil(Math.max(document.documentElement.scrollWidth - innerWidth, ...edges)) }
})()`
