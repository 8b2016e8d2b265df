import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { created, type FakeService, fakeService, refused } from './fake-service.ts'

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true }
const ELEMENT = '<reader-donation><a href="SERVICE/donate">Support us</a></reader-donation>'
const SCRIPT = '<script src="SERVICE/widget.js" async></script>'
const article = (element = ELEMENT, head = '') =>
  `${SCRIPT}${head}</head><body><main><h1>Ferry returns</h1>${element}<p>And so on.</p></main></body>`

describe.skipIf(skipReason)(`the look of <reader-donation>${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let service: FakeService

  beforeAll(async () => {
    service = await fakeService(await buildWidget())
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    service?.close()
  })
  beforeEach(() => {
    service.variables({})
    service.delayScript(0)
    service.status('open')
    service.posted.length = 0
    service.answer(created)
  })

  async function opened(
    markup: string,
    { html = 'lang="en"', ...options }: BrowserContextOptions & { readonly html?: string } = {},
  ): Promise<Page> {
    service.page(markup, { html })
    const page = await (await browser.newContext({ ...PHONE, ...options })).newPage()
    page.setDefaultTimeout(8000)
    await page.goto(`${service.articleUrl}/page`)
    return page
  }
  const height = (page: Page) =>
    page
      .locator('reader-donation')
      .first()
      .evaluate((element) => element.getBoundingClientRect().height)
  const labels = (page: Page) => page.locator('.tile span, .segment span').allTextContents()

  test('shows the newsroom’s amounts in its currency without an attribute, and posts that currency', async () => {
    service.variables({
      CURRENCIES: 'eur,usd',
      SUGGESTED_AMOUNTS: 'eur:400,900',
      FREQUENCIES: 'monthly,once',
    })
    const page = await opened(article(), { html: 'lang="en-GB"' })
    await page.getByRole('button', { name: 'Give €4 a month' }).waitFor()
    expect(await labels(page)).toEqual(['Monthly', 'Once', '€4', '€9', 'Other'])
    await page.getByRole('button').click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[0]?.body).toMatchObject({ amount: 400, currency: 'eur', frequency: 'monthly' })
  })

  test('shows another currency’s own amounts where an attribute names it', async () => {
    service.variables({ CURRENCIES: 'usd,eur', SUGGESTED_AMOUNTS: 'eur:700,1100' })
    const page = await opened(article(ELEMENT.replace('<reader-donation', '<reader-donation currency="EUR"')))
    await page.getByRole('button', { name: 'Give €7' }).waitFor()
    expect(await labels(page)).toContain('€11')
  })

  test('keeps the newsroom’s currency and amounts where an attribute names a currency that it does not take', async () => {
    service.variables({ CURRENCIES: 'eur' })
    const page = await opened(
      article(ELEMENT.replace('<reader-donation', '<reader-donation currency="jpy" amounts="500,1000"')),
    )
    await page.getByRole('button', { name: 'Give €5' }).waitFor()
    expect(await labels(page)).not.toContain('€1,000')
  })

  test('puts the reader into the own field, with the currency’s sign, and says the whole promise', async () => {
    const page = await opened(article())
    await page.getByText('Other').click()
    expect(await page.locator('.own').innerText()).toContain('$')
    await page.keyboard.type('$7.50')
    // The reader has typed the sign, so the field shows no second one.
    expect(await page.locator('.own').innerText()).not.toContain('$')
    await page.getByText('Yearly').click()
    await page.getByRole('button', { name: 'Give $7.50 a year' }).waitFor()
  })

  test('offers to cover the fee where the newsroom says its rate, and posts that', async () => {
    service.variables({ STRIPE_FEE_RATES: 'usd=2.9%+30' })
    const page = await opened(article())
    await page.getByText('Add $0.46 to cover Stripe’s fee').click()
    await page.getByRole('button', { name: 'Give $5.46' }).click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[0]?.body).toMatchObject({ amount: 500, coverFees: true })
  })

  test('says before paying when a recurring gift is charged next and how it is stopped, and keeps its height', async () => {
    service.variables({ PAYMENT_METHODS: 'card,apple_pay' })
    const page = await opened(article())
    await page.clock.setFixedTime(new Date('2028-01-31T12:00:00'))
    const fine = page.locator('.fine')
    expect(await fine.innerText()).toBe('Secure payment by Stripe · card, Apple Pay\nNot tax-deductible.')
    expect(await height(page)).toBe(270)
    for (const [choice, next] of [
      ['Monthly', 'Feb 29, 2028'],
      ['Yearly', 'Jan 31, 2029'],
    ] as const) {
      await page.getByText(choice).click()
      const sentence = `Next payment: ${next}. Stop any time with the link in every receipt.`
      await vi.waitFor(async () => expect(await fine.innerText()).toContain(sentence), 8000)
      expect(await fine.innerText()).toContain('Secure payment by Stripe. ')
      expect(await height(page)).toBe(270)
    }
    await page.getByText('Once').click()
    expect(await fine.innerText()).toContain('card, Apple Pay')
  })

  test('says it at once where a recurring gift is chosen before the reader chooses', async () => {
    service.variables({ FREQUENCIES: 'monthly,once' })
    const page = await opened(article())
    const terms = page.getByText('Stop any time with the link in every receipt.')
    await vi.waitFor(async () => expect(await terms.isVisible()).toBe(true), 8000)
  })

  test('has a way on when another currency was written', async () => {
    const page = await opened(article())
    await page.getByText('Other').click()
    await page.keyboard.type('5 £')
    await page.getByRole('button').click()
    const alert = page.getByRole('alert')
    await vi.waitFor(async () => expect(await alert.innerText()).toContain('you wrote British Pound'), 8000)
    expect(await alert.getByRole('link').getAttribute('href')).toContain('currency=gbp')
    expect(service.posted).toEqual([])
  })

  test('freezes while it waits, and leads to the donate page when its second script cannot be loaded', async () => {
    let answer = () => {}
    service.answer((response) => (answer = () => created(response, service.origin)))
    const page = await opened(article())
    await page.getByRole('button').click()
    await vi.waitFor(() => expect(service.posted).toHaveLength(1), 8000)
    expect(await isFrozen(page)).toBe(true)
    answer()
    await page.waitForURL(`${service.origin}/pay`)

    const offline = await opened(article(), { serviceWorkers: 'block' })
    await offline.route('**/widget-more.js*', (route) => route.abort())
    await offline.getByRole('button').click()
    await offline.getByRole('link', { name: 'Use our donation page instead' }).waitFor()
    expect(await offline.getByRole('status').innerText()).toContain('Nothing was charged')
  })

  test.each([
    ['open', 'You came back before paying. Nothing was charged.'],
    ['failed', 'The payment did not go through. Nothing was charged.'],
    ['succeeded', 'Thank you! Your gift has arrived.'],
    ['processing', 'Thank you! Your gift is on its way.'],
  ])(
    'says what became of a gift that is %s when the reader is back, and keeps the choice',
    async (status, words) => {
      service.status(status)
      const page = await opened(article())
      await page.getByText('$10').click()
      await page.getByRole('button').click()
      await page.waitForURL(`${service.origin}/pay`)
      await page.goBack()
      await vi.waitFor(async () => expect(await page.getByRole('status').innerText()).toBe(words), 8000)
      expect(await page.getByRole('button').innerText()).toBe('Give $10')
      expect(await isFrozen(page)).toBe(false)
    },
  )

  test('is 270 px tall on a phone and moves nothing when its script is late', async () => {
    service.delayScript(1500)
    const reserved = article(ELEMENT, '<style>reader-donation{display:block;min-height:270px}</style>')
    const page = await opened(reserved)
    await page.evaluate(`globalThis.shift = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })`)
    await page.getByRole('button').waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await page.evaluate('globalThis.shift')).toBe(0)
    expect(await height(page)).toBe(270)
  })

  const HOSTILE = [
    [
      'spacing',
      '* {letter-spacing:.2em; text-transform: uppercase; line-height: 3; text-shadow: 1px 1px red}',
    ],
    ['sizes', 'html {font-size:40px} * {font-size:40px}'],
    ['colours', '* {color: #777; background-color: #888} a, button {color: #999 !important}'],
    ['dark', 'body {background: #111; color: #eee}'],
    ['direction', 'html {direction: rtl; text-align: end}'],
    ['important', 'reader-donation {font: 40px/3 serif !important; letter-spacing: 1em !important}'],
  ]
  test.each(HOSTILE)(
    'looks the same in a theme that is hostile by its %s, and stays readable',
    async (_by, css) => {
      const page = await opened(article(ELEMENT, `<style>${css}</style>`))
      await page.getByRole('button', { name: 'Give $5' }).waitFor()
      expect(await height(page)).toBe(270)
      const [spacing, transform, direction] = await buttonStyle(
        page,
        'letterSpacing',
        'textTransform',
        'direction',
      )
      expect([spacing, transform, direction]).toEqual(['normal', 'none', 'ltr'])
      const findings = await axeFindings(page)
      expect(findings.filter((line) => !line.includes('<h1') && !line.includes('<p>'))).toEqual([])
      expect(await lowContrasts(page)).toEqual([])
    },
  )

  test('is dark on a dark page and light on a light one, whatever the reader’s system prefers', async () => {
    for (const [scheme, ground, isDark] of [
      ['dark', '#fff', false],
      ['light', '#111', true],
    ] as const) {
      const page = await opened(article(ELEMENT, `<style>body{background:${ground}}</style>`), {
        colorScheme: scheme,
      })
      await page.getByRole('button').waitFor()
      expect(await page.locator('.around.dark').count()).toBe(isDark ? 1 : 0)
      expect(await lowContrasts(page)).toEqual([])
    }
  })

  test('is written from right to left in Arabic, and accessible', async () => {
    const page = await opened(article(), { html: 'lang="ar"' })
    await page.getByRole('button').waitFor()
    expect(await page.locator('form').getAttribute('dir')).toBe('rtl')
    const [first, second] = await page.locator('.tile').all()
    const [a, b] = [await first?.boundingBox(), await second?.boundingBox()]
    expect(a && b && a.x > b.x).toBe(true)
    expect(await axeFindings(page)).toEqual([])
  })

  test('opens in a dialog behind a button, with the keyboard too', async () => {
    const page = await opened(
      article(ELEMENT.replace('<reader-donation', '<reader-donation variant="button"')),
    )
    await page.getByRole('button', { name: 'Support us' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Give $5' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await dialog.isVisible()).toBe(false)
  })

  test('has a heading as a card, which the page may replace', async () => {
    const card = ELEMENT.replace('<reader-donation', '<reader-donation variant="card"')
    const page = await opened(article(card + card.replace('><a', '><h2 slot="intro">Our own words</h2><a')))
    await page.getByText('Support The Harbour Post').first().waitFor()
    expect(await page.getByText('Our own words').isVisible()).toBe(true)
    expect(await axeFindings(page)).toEqual([])
  })

  test('keeps two on a page apart', async () => {
    const page = await opened(article(ELEMENT + ELEMENT))
    const second = page.locator('reader-donation').nth(1)
    await second.getByText('$10').click()
    await page.reload()
    expect(await page.locator('reader-donation').first().getByRole('button').innerText()).toBe('Give $5')
    expect(await second.getByRole('button').innerText()).toBe('Give $10')
  })

  test('takes colours from custom properties', async () => {
    const page = await opened(
      article(
        ELEMENT,
        '<style>reader-donation{--reader-donation-accent:#00308f;--reader-donation-radius:0}</style>',
      ),
    )
    const [ground, radius] = await buttonStyle(page, 'backgroundColor', 'borderRadius')
    expect([ground, radius]).toEqual(['rgb(0, 48, 143)', '0px'])
  })

  test.each([320, 768, 1280])('fits %i px', async (width) => {
    service.variables({ CURRENCIES: 'vnd' })
    const page = await opened(article(), { viewport: { width, height: 700 } })
    await page.getByRole('button').waitFor()
    const over = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(over).toBe(0)
  })

  test('shows the service’s refusal with a way on', async () => {
    service.answer(refused(503, { reason: 'switched_off', detail: 'We take no gifts at the moment.' }))
    const page = await opened(article())
    await page.getByRole('button').click()
    await page.getByRole('link', { name: 'Use our donation page instead' }).waitFor()
    expect(await page.getByRole('status').innerText()).toContain('We take no gifts at the moment.')
  })
})

const inside = (page: Page, code: string) =>
  page.evaluate(`((root) => ${code})(document.querySelector('reader-donation').shadowRoot)`)

function isFrozen(page: Page): Promise<unknown> {
  return inside(page, `root.querySelector('fieldset').matches(':disabled')`)
}

async function buttonStyle(page: Page, ...names: readonly string[]): Promise<unknown[]> {
  const found = await inside(
    page,
    `${JSON.stringify(names)}.map((name) => getComputedStyle(root.querySelector('button'))[name])`,
  )
  return Array.isArray(found) ? found : []
}

/** Texts below a contrast of 4.5 and borders of choices below 3 (WCAG 2.2, 1.4.3 and 1.4.11), computed from what is drawn. */
function lowContrasts(page: Page): Promise<unknown> {
  return page.evaluate(`((root) => ${LOW_CONTRASTS})(document.querySelector('reader-donation').shadowRoot)`)
}

const LOW_CONTRASTS = `{
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }
  const groundOf = (element) => {
    if (!element) return 'rgb(255, 255, 255)'
    const { backgroundColor } = getComputedStyle(element)
    return (channels(backgroundColor)[3] ?? 1) > 0 ? backgroundColor : groundOf(element.parentElement)
  }
  const panel = groundOf(root.querySelector('.panel'))
  const shown = [...root.querySelectorAll('.tile span, .segment span, button, .fine')]
  if (shown.length < 8) return ['too few elements']
  return shown.flatMap((element) => {
    const style = getComputedStyle(element)
    const text = ratio(style.color, groundOf(element))
    const border = element.parentElement.className === 'tile' ? ratio(style.borderTopColor, panel) : 21
    return text < 4.5 || border < 3 ? [element.outerHTML.slice(0, 80) + ' ' + text + ' ' + border] : []
  })
}`
