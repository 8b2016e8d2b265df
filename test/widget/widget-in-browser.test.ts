import type { ServerResponse } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { created, type FakeService, fakeService, hungUp, refused } from './fake-service.ts'

describe.skipIf(skipReason)(`<reader-donation> in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let service: FakeService
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    service = await fakeService(await buildWidget())
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    service?.close()
  })
  beforeEach(async () => {
    service.posted.length = 0
    service.answer(created)
    complaints = []
    context = await browser.newContext()
    page = await context.newPage()
    page.setDefaultTimeout(8000)
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(`${service.articleUrl}/?utm_source=letter&utm_campaign=winter`)
  })
  afterEach(() => context.close())

  const button = () => page.getByRole('button')
  const waitForPosts = (count: number) => vi.waitFor(() => expect(service.posted).toHaveLength(count), 8000)
  /** Holds the answer back until the test gives it. */
  function held(): { give: () => void } {
    let waiting: ServerResponse | undefined
    service.answer((response) => (waiting = response), created)
    return { give: () => waiting && created(waiting, service.origin) }
  }

  test('leads to the payment page after one click, posts the documented body and keeps the page’s policy', async () => {
    expect(await button().textContent()).toBe('Give $5')
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted).toEqual([
      {
        key: expect.stringMatching(/^\d+(-\d+){3}$/),
        body: {
          amount: 500,
          currency: 'usd',
          frequency: 'once',
          article: { url: 'https://harbour.example/ferry', title: 'Ferry returns' },
          campaign: { source: 'letter', name: 'winter' },
          locale: 'en-US',
        },
      },
    ])
    expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([])
  })

  test('posts nothing from the page’s addresses that names the reader', async () => {
    const personal = 'id=7&email=ada&who=ada%40reader.example&mkt_tok=ada&topic=royal-mail'
    await page.goto(`${service.articleUrl}/?utm_source=ada%40reader.example&utm_campaign=winter`)
    await page
      .locator('link[rel=canonical]')
      .evaluate(
        (link, query) => link.setAttribute('href', `https://harbour.example/@editor/ferry?${query}`),
        personal,
      )
    await button().click()
    // Chromium can hang when a page is closed while it leaves for another site.
    await page.waitForURL(`${service.origin}/pay`)
    const { article, campaign } = Object(service.posted[0]?.body)
    expect(campaign).toEqual({ name: 'winter' })
    expect([...new URL(article.url).searchParams].filter(([name]) => name !== '')).toEqual([
      ['id', '7'],
      ['topic', 'royal-mail'],
    ])
    expect(article.url).toMatch(/^https:\/\/harbour\.example\/@editor\/ferry\?id=7/)
    expect(JSON.stringify(service.posted)).not.toContain('ada')
  })

  test('offers the newsletter only where there is one, never ticked beforehand, and posts what the reader ticked', async () => {
    expect(await page.getByRole('checkbox').count()).toBe(0)
    service.variables({ NEWSLETTER_TOOL: 'export' })
    await page.reload()
    const box = page.getByRole('checkbox', {
      name: /^Yes, send me the newsletter of The Harbour Post by e-mail/,
    })
    expect(await box.isChecked()).toBe(false)
    expect(await axeFindings(page)).toEqual([])
    await box.check()
    await page.reload()
    // What the reader ticked is theirs, and stands as they left it.
    expect(await box.isChecked()).toBe(true)
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[0]?.body).toMatchObject({ amount: 500, newsletter: true })
    service.variables({})
  })

  test('shows that it waits, and posts once for a double click', async () => {
    const answer = held()
    await button().dblclick()
    await waitForPosts(1)
    expect(await button().getAttribute('aria-disabled')).toBe('true')
    expect(await button().textContent()).toBe('One moment…')
    expect(await page.getByRole('status').textContent()).toContain('Opening the secure payment page')
    await button().click({ force: true })
    answer.give()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted).toHaveLength(1)
  })

  test('posts again with the same key after a lost connection and after a 503', async () => {
    service.answer(hungUp, refused(503, { title: 'Unavailable' }), created)
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    // The browser itself may repeat a request whose connection was lost, so only the key is certain.
    expect(service.posted.length).toBeGreaterThanOrEqual(3)
    expect(new Set(service.posted.map(({ key }) => key)).size).toBe(1)
  })

  test('keeps the key after a reload, and uses a new one for a gift after coming back', async () => {
    held()
    await button().click()
    await waitForPosts(1)
    await page.reload()
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[1]?.key).toBe(service.posted[0]?.key)

    await page.goBack()
    await vi.waitFor(async () => expect(await button().textContent()).toBe('Give $5'), 8000)
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted).toHaveLength(3)
    expect(service.posted[2]?.key).not.toBe(service.posted[0]?.key)
  })

  test('keeps the key until the page is left, and is usable when the browser restores the page', async () => {
    await page.route('**/pay', (route) => route.fulfill({ status: 204 })) // the browser stays where it is
    await button().click()
    await page.getByRole('link', { name: 'Continue to payment' }).waitFor()
    expect(await button().getAttribute('aria-disabled')).toBe('true')
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(await button().getAttribute('aria-disabled')).toBe('false')
    await button().click()
    await waitForPosts(2)
    expect(service.posted[1]?.key).toBe(service.posted[0]?.key)
  })

  test('posts an own amount in minor units, and shows beside the field why an unreadable one is not posted', async () => {
    const own = page.getByLabel('Your own amount in USD')
    expect(await own.isVisible()).toBe(false)
    await page.getByLabel('$5').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await own.fill('1.000')
    await button().click()
    expect(await page.getByRole('alert').textContent()).toContain('where the decimals begin')
    expect(await own.getAttribute('aria-invalid')).toBe('true')
    expect(await own.evaluate((field) => field.matches(':focus'))).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    expect(service.posted).toEqual([])
    // One sign, whoever writes it.
    const mark = page.locator('.own span')
    expect(await mark.isVisible()).toBe(true)
    await own.fill('$7.50')
    expect(await mark.isVisible()).toBe(false)
    await own.fill('7,50')
    expect(await page.getByRole('alert').textContent()).toBe('')
    expect(await button().textContent()).toBe('Give $7.50')
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[0]?.body).toMatchObject({ amount: 750 })
  })

  test('shows the service’s refusal, and uses a new key for the next try', async () => {
    const problem = {
      title: 'Invalid',
      errors: [{ pointer: '/amount', message: 'The largest amount is $10,000.00.' }],
    }
    service.answer(refused(400, problem), refused(403, { detail: 'This site may not ask.' }), created)
    await button().click()
    await vi.waitFor(async () =>
      expect(await page.getByRole('alert').textContent()).toBe(problem.errors[0]?.message),
    )
    await button().click()
    const fallback = page.getByRole('link', { name: 'Use our donation page instead' })
    await fallback.waitFor()
    expect(await page.getByRole('status').textContent()).toContain('This site may not ask.')
    expect(await page.getByRole('alert').textContent()).toBe('')
    expect(new URL((await fallback.getAttribute('href')) ?? '').search).toBe(
      '?amount=500&currency=usd&frequency=once&article=https%3A%2F%2Fharbour.example%2Fferry&utm_source=letter&utm_campaign=winter',
    )
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(new Set(service.posted.map(({ key }) => key)).size).toBe(3)
  })

  test('offers the donate page when the service does not answer for twelve seconds, and keeps the key', async () => {
    held()
    await page.clock.install()
    await page.reload()
    await button().click()
    await waitForPosts(1)
    await page.clock.fastForward(12_000)
    await page.getByRole('link', { name: 'Use our donation page instead' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('Nothing was charged')
    expect(await button().getAttribute('aria-disabled')).toBe('false')
    expect(await axeFindings(page)).toEqual([])
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[1]?.key).toBe(service.posted[0]?.key)
  })

  test('takes the whole page to the payment, and to the donate page, from within a frame of another site', async () => {
    const elsewhere = service.articleUrl.replace('127.0.0.1', 'localhost')
    service.answer(refused(400, { detail: 'Not now.' }), created)
    await page.goto(`${elsewhere}/framed`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button').click()
    const fallback = frame.getByRole('link', { name: 'Use our donation page instead' })
    await fallback.click()
    await page.waitForURL(`${service.origin}/donate?**`)
    await page.goBack()
    await frame.getByRole('button').click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted).toHaveLength(2)
  })

  test.each([
    ['the page’s policy forbids the request', '127.0.0.1', '/closed', 'to its connect-src'],
    ['the service does not list the site', 'localhost', '/', 'to its ALLOWED_ORIGINS'],
  ])('tries once and tells the maintainer what to change when %s', async (_why, host, path, change) => {
    await page.goto(service.articleUrl.replace('127.0.0.1', host) + path)
    await button().click()
    await page.getByRole('link', { name: 'Use our donation page instead' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('Nothing was charged')
    const hints = complaints.filter((text) => text.startsWith('<reader-donation>'))
    expect(hints).toHaveLength(1)
    expect(hints[0]).toContain(change)
    expect(hints[0]).toContain(service.origin)
  })

  test('takes a lost connection for no mistake of the set-up, and tries again', async () => {
    let posts = 0
    await page.route('**/checkout-sessions', (route) =>
      route.request().method() === 'POST' && (posts += 1) === 1
        ? route.abort('connectionreset')
        : route.continue(),
    )
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(posts).toBe(2)
    expect(complaints.filter((text) => text.startsWith('<reader-donation>'))).toEqual([])
  })

  test('keeps what was chosen after a reload and on the way back from the payment page', async () => {
    await page.getByText('Other').click()
    await page.getByLabel('Your own amount in USD').fill('7.50')
    await page.getByText('Monthly').click()
    await page.reload()
    expect(await button().textContent()).toBe('Give $7.50 a month')
    await button().click()
    await page.waitForURL(`${service.origin}/pay`)
    expect(service.posted[0]?.body).toMatchObject({ amount: 750, frequency: 'monthly' })
    await page.goBack()
    await vi.waitFor(async () => expect(await button().textContent()).toBe('Give $7.50 a month'), 8000)
    expect(await page.getByLabel('Monthly').isChecked()).toBe(true)
    // What was typed before does not choose a suggested amount that looks the same.
    await page.getByLabel('Your own amount in USD').fill('1000')
    await page.getByText('$3').click()
    await page.reload()
    expect(await button().textContent()).toBe('Give $3 a month')
  })

  test('leaves the plain link to readers without scripts', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const plainPage = await plain.newPage()
    await plainPage.goto(service.articleUrl)
    const link = plainPage.getByRole('link', { name: 'Support us' })
    expect(await link.isVisible()).toBe(true)
    await plain.close()
    expect(await page.getByText('Support us').isVisible()).toBe(false)
  })
})
