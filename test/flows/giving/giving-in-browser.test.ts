import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openBrowser, skipReason } from '../../kit/browser.ts'
import { selectAll } from '../../kit/processing.ts'
import { ARTICLE, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A reader on the form, on Stripe's page and back again, in a real Chromium. Nobody is ever charged twice. */

const PHONE = { width: 360, height: 640 }
vi.setConfig({ testTimeout: 60_000 })

describe.skipIf(skipReason)(`giving in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService({
      CURRENCIES: 'usd,eur,jpy',
      STRIPE_FEE_RATES: 'usd=2.9%+30',
      NEWSROOM_NEWSLETTER_URL: 'https://courier.example/letter',
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  async function reader(options: { javaScriptEnabled?: boolean } = {}) {
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ...options })
    context.setDefaultTimeout(15_000)
    return { context, page: await context.newPage() }
  }

  const rows = async (sql: string) => selectAll(service.database.pool, sql)
  /** The gifts and the checkouts since this is called. */
  async function counting() {
    const counts = async () => {
      const [row] = await rows(
        'select (select count(*) from donations) as gifts, (select count(*) from checkouts) as checkouts',
      )
      return { gifts: Number(row?.['gifts']), checkouts: Number(row?.['checkouts']) }
    }
    const before = await counts()
    return async () => {
      const now = await counts()
      return { gifts: now.gifts - before.gifts, checkouts: now.checkouts - before.checkouts }
    }
  }

  const give = (page: Page) => page.locator('button.give')
  const message = (page: Page) => page.locator('#message')
  const notice = (page: Page) => page.locator('.donate .notice[role=status]')

  async function fillIn(page: Page, words = 'For the ferry story'): Promise<void> {
    await page.getByText('Monthly', { exact: true }).click()
    await page.getByText('Other', { exact: true }).click()
    await page.getByLabel('Your own amount in USD').fill('$7.50')
    await page.getByText('Add a message').click()
    await message(page).fill(words)
  }

  const FILLED_IN = { rhythm: true, other: true, amount: '7.50', message: 'For the ferry story' }
  async function filledIn(page: Page) {
    return {
      rhythm: await page.getByLabel('Monthly').isChecked(),
      other: await page.getByLabel('Other').isChecked(),
      amount: (await page.getByLabel('Your own amount in USD').inputValue()).replace('$', ''),
      message: await message(page).inputValue(),
    }
  }

  async function atStripe(page: Page): Promise<string> {
    await page.waitForURL(`${service.sandboxUrl}/c/pay/**`)
    return page.url()
  }

  async function pay(page: Page, button: RegExp | string = /by card$/): Promise<void> {
    // A second click cancels the first one's navigation, so the page itself is waited for and not its address.
    await page.getByLabel('Name').waitFor()
    await page.getByLabel('Name').fill('Ada Reader')
    await page.getByLabel('Email').fill('ada@reader.example')
    await page.getByRole('button', { name: button }).click()
  }

  const thanked = (page: Page) => page.getByRole('heading', { name: 'Thank you', exact: true }).waitFor()

  it('shows everything up to the button on a screen of 360 by 640, with the amount chosen', async () => {
    const { context, page } = await reader()
    const title = 'Ferry crossings to return in spring after two years of repairs and a long dispute'
    await page.goto(`${service.url}/donate?article=${encodeURIComponent(ARTICLE)}&articleTitle=${title}`)
    const box = await give(page).boundingBox()
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(640)
    expect(await give(page).innerText()).toBe('Give $5')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await context.close()
  })

  it('says on the button what will be charged, without a script', async () => {
    const { context, page } = await reader({ javaScriptEnabled: false })
    await page.goto(`${service.url}/donate`)
    await page.getByText('$10', { exact: true }).click()
    await page.getByText('Yearly', { exact: true }).click()
    expect(await give(page).innerText()).toBe('Give $10 a year')
    await page.getByLabel(/Add \$0\.61 to cover/).check()
    expect(await give(page).innerText()).toBe('Give $10.61 a year')
    await page.getByText('Other', { exact: true }).click()
    expect(await give(page).innerText()).toBe('Continue to payment')
    await page.getByText('$10', { exact: true }).click()
    await give(page).click()
    await atStripe(page)
    expect(await page.locator('h1').innerText()).toContain('$10.61')
    await context.close()
  })

  it('leads from one click to payment, and shows the receipt at once', async () => {
    const { context, page } = await reader()
    const since = await counting()
    await page.goto(`${service.url}/donate?article=${encodeURIComponent(ARTICLE)}&articleTitle=The+ferry`)
    await give(page).click()
    const loads: string[] = []
    page.on('response', (answer) => {
      if (answer.url().includes('/thank-you')) loads.push(answer.headers()['refresh'] ?? 'shown')
    })
    await pay(page)
    await thanked(page)
    expect(loads).toEqual(['shown'])
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    expect(await page.getByRole('link', { name: 'See your receipt' }).count()).toBe(1)
    expect(await page.getByText('a…@reader.example').count()).toBe(1)
    expect(await page.getByRole('link', { name: 'Back to The ferry' }).getAttribute('href')).toBe(ARTICLE)
    expect(await page.getByRole('link', { name: 'Get our newsletter' }).count()).toBe(1)
    await context.close()
  })

  it('makes a single gift monthly by one press that leads to payment, and keeps the article', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate?article=${encodeURIComponent(ARTICLE)}&articleTitle=The+ferry`)
    await give(page).click()
    await pay(page)
    await thanked(page)
    const since = await counting()
    const thanks = page.url()
    await page.getByRole('button', { name: 'Give $5.00 a month' }).click()
    await atStripe(page)
    expect(await page.locator('body').innerText()).toContain('$5.00 now and every month until you stop')
    // Back from there, the same press finds the same page.
    const first = page.url()
    await page.goto(thanks)
    await page.getByRole('button', { name: 'Give $5.00 a month' }).click()
    await atStripe(page)
    expect(page.url()).toBe(first)
    await pay(page)
    await thanked(page)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    expect(await page.getByRole('button', { name: /a month/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Back to The ferry' }).getAttribute('href')).toBe(ARTICLE)
    await page.goto(thanks)
    await page.getByRole('link', { name: 'Choose another amount' }).click()
    expect(await give(page).innerText()).toBe('Give $5 a month')
    expect(await page.getByText('“The ferry”').count()).toBe(1)
    await context.close()
  })

  it('lets a reader pay with another card after a declined one, once', async () => {
    const { context, page } = await reader()
    const since = await counting()
    await page.goto(`${service.url}/donate`)
    await give(page).click()
    await pay(page, 'Use a card that is declined')
    await page.getByRole('alert').waitFor()
    await pay(page)
    await thanked(page)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    await context.close()
  })

  it('says that a bank debit is on its way, and leads to the form as it was when the bank refuses later', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate?currency=eur`)
    await page.getByText('Add a message').click()
    await message(page).fill('For the ferry story')
    await give(page).click()
    await page.getByLabel(/refuses later/).check()
    await pay(page, /by bank debit$/)
    await page.getByRole('heading', { name: 'Thank you, it is on its way' }).waitFor()
    const id = new URL(page.url()).searchParams.get('session_id') ?? ''
    await service.settle({ id }, 'failed')
    await service.thankYou({ id }, /did not go through/)
    await page.reload()
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.waitForURL('**/donate?again=**')
    expect(await notice(page).innerText()).toContain('The payment did not go through')
    expect(await message(page).inputValue()).toBe('For the ferry story')
    expect(await give(page).innerText()).toMatch(/^Give €/)
    await context.close()
  })

  it('brings back the choice and the words from Stripe’s page, by its link and by the browser’s Back', async () => {
    const { context, page } = await reader()
    const since = await counting()
    await page.goto(`${service.url}/donate`)
    await fillIn(page)
    await give(page).click()
    const payment = await atStripe(page)
    await page.goBack()
    expect(await filledIn(page)).toEqual(FILLED_IN)
    await give(page).click()
    expect(await atStripe(page)).toBe(payment)
    await page.getByRole('link', { name: 'Go back without paying' }).click()
    await page.waitForURL('**/donate?again=**')
    expect(await notice(page).innerText()).toContain('Nothing was charged')
    expect(await filledIn(page)).toEqual(FILLED_IN)
    await give(page).click()
    expect(await atStripe(page)).toBe(payment)
    await pay(page)
    await thanked(page)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    await context.close()
  })

  it('brings them back after a refused form, too', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate`)
    await fillIn(page)
    await page.getByLabel('Your own amount in USD').fill('lots')
    await give(page).click()
    await page.getByText('Please check the form').waitFor()
    expect(await filledIn(page)).toEqual({ ...FILLED_IN, amount: 'lots' })
    await page.getByLabel('Your own amount in USD').fill('7.50')
    await give(page).click()
    await atStripe(page)
    await page.goBack()
    expect(await filledIn(page)).toEqual(FILLED_IN)
    await context.close()
  })

  it('keeps what was typed through a reload', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate`)
    await fillIn(page)
    await page.reload()
    expect(await filledIn(page)).toEqual(FILLED_IN)
    await context.close()
  })

  it('opens one checkout for a double click', async () => {
    const { context, page } = await reader({ javaScriptEnabled: false })
    const since = await counting()
    await page.goto(`${service.url}/donate`)
    await give(page).dblclick()
    await pay(page)
    await thanked(page)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    await context.close()
  })

  it('keeps the form while the reader is offline', async () => {
    const { context, page } = await reader()
    const since = await counting()
    await page.goto(`${service.url}/donate`)
    await fillIn(page)
    await context.setOffline(true)
    await give(page).click()
    await page.getByText('You are offline. Nothing was charged').waitFor()
    await context.setOffline(false)
    expect(await filledIn(page)).toEqual(FILLED_IN)
    await give(page).click()
    await pay(page)
    await thanked(page)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    await context.close()
  })

  it('leads a second tab to the thank-you page once the gift is paid in the first', async () => {
    const { context, page } = await reader()
    const since = await counting()
    await page.goto(`${service.url}/donate`)
    await fillIn(page)
    await give(page).click()
    await atStripe(page)
    const back = await page.getByRole('link', { name: 'Go back without paying' }).getAttribute('href')
    const second = await context.newPage()
    await second.goto(back ?? '')
    expect(await filledIn(second)).toEqual(FILLED_IN)
    await pay(page)
    await thanked(page)
    await give(second).click()
    await thanked(second)
    await second.goto(back ?? '')
    await thanked(second)
    expect(await since()).toEqual({ gifts: 1, checkouts: 1 })
    await context.close()
  })

  it('leads whoever opens the thank-you page without paying back to the open payment page', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate`)
    await give(page).click()
    const payment = await atStripe(page)
    const id = /\/c\/pay\/(cs_\w+)/.exec(payment)?.[1]
    await page.goto(`${service.url}/thank-you?session_id=${id}`)
    await page.getByRole('heading', { name: 'You have not paid yet' }).waitFor()
    await page.getByRole('link', { name: 'Go back to the payment page' }).click()
    expect(await atStripe(page)).toBe(payment)
    await context.close()
  })

  it('charges what the form showed after another currency was chosen, without scripts', async () => {
    const { context, page } = await reader({ javaScriptEnabled: false })
    const address = `${service.url}/donate?article=${encodeURIComponent(ARTICLE)}&articleTitle=The+ferry`
    await page.goto(address)
    await page.getByText('Yearly', { exact: true }).click()
    await page.getByText('Add a message').click()
    await message(page).fill('For the ferry story')
    await page.getByText('Change currency').click()
    await page.getByRole('button', { name: /JPY/ }).click()
    await notice(page).waitFor()
    expect(await notice(page).innerText()).toContain('Japanese Yen')
    expect(await page.getByLabel('Yearly').isChecked()).toBe(true)
    expect(await message(page).inputValue()).toBe('For the ferry story')
    expect(await page.getByText('“The ferry”').count()).toBe(1)
    const promised = await give(page).innerText()
    expect(promised).toMatch(/^Give ¥\d+ a year$/)
    await give(page).click()
    await atStripe(page)
    expect(await page.locator('h1').innerText()).toContain(/¥[\d,]+/.exec(promised)?.[0])
    await context.close()
  })

  it('sends the form, and changes no currency, when Enter is pressed in a field', async () => {
    const { context, page } = await reader()
    await page.goto(`${service.url}/donate`)
    await page.getByText('Other', { exact: true }).click()
    await page.getByLabel('Your own amount in USD').fill('8')
    await page.getByLabel('Your own amount in USD').press('Enter')
    await atStripe(page)
    expect(await page.locator('h1').innerText()).toContain('$8.00')
    await context.close()
  })

  it.each(['/donate', '/thank-you?session_id=cs_test_unknown123'])(
    '%s needs no sideways scrolling with letters twice as large',
    async (address) => {
      const { context, page } = await reader()
      await page.setViewportSize({ width: 640, height: 640 })
      await page.goto(`${service.url}${address}`)
      await page.evaluate(`document.documentElement.style.fontSize = '200%'`)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(640)
      await context.close()
    },
  )

  it('shows the device’s own sharing sheet where there is one, and plain links where there is none', async () => {
    const { context, page } = await reader()
    await context.addInitScript(
      `Object.defineProperty(navigator, 'share', { value: async ({ url }) => void (document.title = 'shared ' + url) })`,
    )
    const session = await service.session({ article: { url: ARTICLE, title: 'The ferry' } })
    await service.pay(session)
    await service.thankYou(session, /Thank you</)
    const address = `${service.url}/thank-you?session_id=${session.id}`
    await page.goto(address)
    expect(await page.getByRole('link', { name: 'WhatsApp' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Share' }).click()
    await until('the shared address', async () => (await page.title()) === `shared ${ARTICLE}`)
    await context.close()

    const plain: { context: BrowserContext; page: Page } = await reader({ javaScriptEnabled: false })
    await plain.page.goto(address)
    expect(await plain.page.getByRole('button', { name: 'Share' }).isVisible()).toBe(false)
    const mail = await plain.page.getByRole('link', { name: 'E-mail' }).getAttribute('href')
    expect(mail).toBe(`mailto:?subject=The%20ferry&body=${encodeURIComponent(ARTICLE)}`)
    await plain.context.close()
  })
})
