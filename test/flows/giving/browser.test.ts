import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { putStaff } from '../../../src/access/staff-store.ts'
import { axeFindings, openBrowser, RULES_OF_LAYOUT, skipReason } from '../../kit/browser.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** The way of a reader, and then of finance, through all pages in a real Chromium; axe finds no violation on any of them. */

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 900 }
/** With SCREENSHOTS set to a folder, the tests save a picture of every page there. */
const pictures = process.env['SCREENSHOTS']
vi.setConfig({ testTimeout: 60_000 })

/**
 * Checks in light and in dark colours that axe finds no violation and that nothing is wider than the screen. What does not
 * depend on the colours is judged once.
 */
async function looksRight(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0
  for (const [colorScheme, rules] of [
    ['light', []],
    ['dark', RULES_OF_LAYOUT],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    const file = `${name}-${width}-${colorScheme}.png`
    if (pictures) await page.screenshot({ path: path.join(pictures, file), fullPage: true })
    expect([file, await axeFindings(page, [], rules)]).toEqual([file, []])
  }
  const scroll = Number(await page.evaluate('document.documentElement.scrollWidth'))
  expect([name, scroll <= width]).toEqual([name, true])
}

describe.skipIf(skipReason)(`the pages in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService(
      { NEWSROOM_FOLLOW_LINKS: 'Our newsletter=https://courier.example/letter' },
      { trial: true },
    )
    browser = await openBrowser()
    if (pictures) await mkdir(pictures, { recursive: true })
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  /** A reader's browser. Its complaints, as of a broken policy or a failed script, fail the test. */
  async function open(options: { viewport: typeof PHONE; javaScriptEnabled?: boolean }) {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(15_000)
    const complaints: string[] = []
    context.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    context.on('weberror', (error) => complaints.push(String(error.error())))
    return { context, page: await context.newPage(), complaints }
  }

  async function payByCard(page: Page, donor: string, email: string): Promise<void> {
    await page.waitForURL(`${service.sandboxUrl}/c/pay/**`)
    await looksRight(page, 'checkout')
    await page.getByLabel('Name').fill(donor)
    await page.getByLabel('Email').fill(email)
    await page.getByRole('button', { name: /by card$/ }).click()
    await page.waitForURL(`${service.url}/thank-you?**`)
    // The page refreshes by itself until Stripe's event has arrived.
    await page.getByRole('heading', { name: 'Thank you', exact: true }).waitFor()
    await looksRight(page, 'thank-you')
  }

  async function signIn(context: BrowserContext, page: Page): Promise<void> {
    const staff = await putStaff(service.database.knex, { email: 'finance@courier.example', role: 'finance' })
    const before = (await service.mails.list()).length
    await page.goto(`${service.url}/finance`)
    await page.waitForURL('**/finance/sign-in')
    await looksRight(page, 'sign-in')
    await page.getByLabel('E-mail address').fill(staff.email)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    await looksRight(page, 'sign-in-sent')
    const mail = await until('the mailed link', async () => {
      const mails = await service.mails.list()
      return mails.length > before && mails[0]?.mail.to.includes(staff.email) && mails[0].mail
    })
    const link = /http\S+\/finance\/sign-in\/\S+/.exec(mail.text)?.[0] ?? ''
    await page.goto(link)
    await looksRight(page, 'sign-in-confirm')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${service.url}/finance`)
    const cookies = await context.cookies()
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toContainEqual([true, 'Lax'])
  }

  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ])('lead from the widget to payment, thank-you page, receipt and finance (%s)', async (name, viewport) => {
    const { context, page, complaints } = await open({ viewport })
    const [donor, email] = [`Zoë of the ${name}`, `zoe@${name}.example`]
    await page.goto(`${service.url}/demo`)
    const give = page.getByRole('button', { name: /\$/ })
    await give.waitFor()
    await looksRight(page, 'demo')
    await page.getByText('Other', { exact: true }).click()
    await page.getByLabel('Your own amount in USD').fill('7.50')
    await looksRight(page, 'demo-own-amount')
    await give.click()
    await payByCard(page, donor, email)
    expect(await page.locator('.lead').getByText('$7.50').count()).toBe(1)
    const back = page.getByRole('link', {
      name: /^Back to Ferry crossings to return in spring after two years of repairs$/,
    })
    expect(await back.getAttribute('href')).toBe(`${service.url}/demo`)

    await page.getByRole('link', { name: 'See your receipt' }).click()
    await page.getByRole('heading', { name: /^Receipt 20\d\d-\d{6}$/ }).waitFor()
    const number = (await page.getByRole('heading', { level: 1 }).textContent())?.replace('Receipt ', '')
    await looksRight(page, 'receipt')

    await signIn(context, page)
    await looksRight(page, 'finance')
    await page.getByRole('navigation').getByRole('link', { name: 'Donations' }).click()
    const line = page.getByRole('row').filter({ hasText: donor })
    expect(await line.textContent()).toContain('$7.50')
    expect(await line.textContent()).toContain(number)
    await looksRight(page, 'donations')
    await line.getByRole('link').first().click()
    await page.getByText(email).first().waitFor()
    await looksRight(page, 'donation')
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ])('lead from the article to form, payment and receipt without scripts (%s)', async (name, viewport) => {
    const { context, page, complaints } = await open({ viewport, javaScriptEnabled: false })
    await page.goto(`${service.url}/demo`)
    const link = page.getByRole('link', { name: 'Support The Willow Creek Courier' })
    await looksRightPlain(page, 'plain-demo')
    await link.click()
    await page.waitForURL('**/donate?**')
    await page.getByText('Monthly', { exact: true }).click()
    await page.getByText('Add a message').click()
    await page.getByLabel(/Message to the newsroom/).fill('Thank you for the ferry story')
    await page.getByText('Change currency').first().click()
    await page.getByLabel('Currency').selectOption('eur')
    await page.getByRole('button', { name: 'Change currency' }).click()
    await page.getByLabel('Your own amount in EUR').waitFor({ state: 'attached' })
    expect(await page.getByLabel('Monthly').isChecked()).toBe(true)
    await page.getByText('Other', { exact: true }).click()
    await page.getByLabel('Your own amount in EUR').fill('a lot')
    await page.getByRole('button', { name: 'Continue to payment' }).click()
    await page.getByText('Write the amount in digits').first().waitFor()
    await looksRightPlain(page, 'donate-problem')
    expect(await page.getByLabel(/Message to the newsroom/).inputValue()).toBe(
      'Thank you for the ferry story',
    )
    await page.getByLabel('Your own amount in EUR').fill('12,50')
    await page.getByText('Once', { exact: true }).click()
    await page.getByRole('button', { name: 'Continue to payment' }).click()
    await page.waitForURL(`${service.sandboxUrl}/c/pay/**`)
    const payment = page.url()
    await page.goto(`${service.url}/donate`)
    await page.getByText('Add a message').click()
    await page.getByLabel(/Message to the newsroom/).fill('Written before the payment page')
    await page.getByText('Yearly', { exact: true }).click()
    await page.locator('[name=amount]').first().check({ force: true })
    await page.getByRole('button', { name: /a year$/ }).click()
    await page.waitForURL(`${service.sandboxUrl}/c/pay/**`)
    await page.goBack()
    expect(await page.getByLabel(/Message to the newsroom/).inputValue()).toBe(
      'Written before the payment page',
    )
    expect(await page.getByLabel('Yearly').isChecked()).toBe(true)
    await page.goto(payment)
    await page.getByLabel('Name').fill('Ada Plain')
    await page.getByLabel('Email').fill(`ada@${name}.example`)
    await page.getByRole('button', { name: /by card$/ }).click()
    await page.waitForURL(`${service.url}/thank-you?**`)
    await page.getByRole('heading', { name: 'Thank you', exact: true }).waitFor()
    expect(await page.locator('.lead').getByText('€12.50').count()).toBe(1)
    await page.getByRole('link', { name: 'See your receipt' }).click()
    await page.getByRole('heading', { name: /^Receipt/ }).waitFor()
    // The test provokes the refused form.
    expect(complaints.filter((text) => !text.includes('400 (Bad Request)'))).toEqual([])
    await context.close()
  })

  /** axe needs scripts, so it checks the same markup in a page that allows them. */
  async function looksRightPlain(page: Page, name: string): Promise<void> {
    const viewport = page.viewportSize() ?? PHONE
    if (pictures)
      await page.screenshot({ path: path.join(pictures, `${name}-${viewport.width}.png`), fullPage: true })
    const { context, page: copy } = await open({ viewport })
    await context.route('**/widget.js', (route) => route.abort())
    await copy.goto(page.url().includes('/demo') ? page.url() : `${service.url}/donate`)
    if (!page.url().includes('/demo')) {
      await copy.getByText('Other', { exact: true }).click()
      await copy.getByRole('button', { name: 'Continue to payment' }).click()
      await copy.getByRole('heading', { level: 1 }).waitFor()
    }
    await looksRight(copy, name)
    await context.close()
  }

  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ])('explain a bank debit, a closed or unknown payment and a missing page (%s)', async (_name, viewport) => {
    const { context, page } = await open({ viewport })
    const debit = await service.session({ amount: 2500, currency: 'eur' })
    await page.goto(debit.url)
    await page.getByLabel('Name').fill('Ada Later')
    await page.getByLabel('Email').fill('ada@later.example')
    await page.getByRole('button', { name: /by bank debit$/ }).click()
    await page.getByRole('heading', { name: 'Thank you, it is on its way' }).waitFor()
    expect(await page.getByText('€25.00').count()).toBe(1)
    await looksRight(page, 'on-its-way')
    await service.settle(debit, 'failed')
    await service.thankYou(debit, /did not go through/)
    await page.reload()
    await looksRight(page, 'failed')

    const closed = await service.session()
    await service.stripe.checkout.sessions.expire(closed.id)
    await service.thankYou(closed, /The payment page has closed/)
    await page.goto(`${service.url}/thank-you?session_id=${closed.id}`)
    await looksRight(page, 'closed')
    const waiting = await service.session()
    await page.goto(`${service.url}/thank-you?session_id=${waiting.id}`)
    await page.getByRole('link', { name: 'Go back to the payment page' }).waitFor()
    await looksRight(page, 'waiting')
    await page.goto(`${service.url}/thank-you?session_id=cs_test_unknown123`)
    await looksRight(page, 'unknown')
    await page.goto(`${service.url}/nowhere`)
    await looksRight(page, 'not-found')
    await page.goto(`${service.url}/donate`)
    await looksRight(page, 'donate')
    await page.goto(`${service.url}/dev/mail`)
    await looksRight(page, 'dev-mail')
    await context.close()
  })
})
