import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A donor changes the card of a monthly gift and stops it by the link in a mail, in a real Chromium on a phone. */

vi.setConfig({ testTimeout: 60_000 })
const PHONE = { width: 360, height: 740 }

describe.skipIf(skipReason)(`a recurring gift in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService({ CURRENCIES: 'usd', STRIPE_FEE_RATES: 'usd=2.9%+30' }, { trial: true })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  /** Opens the link in the first receipt's mail to a donor who gives $5 a month and covers the fee. */
  async function openMailedLink(
    email: string,
    javaScriptEnabled: boolean,
  ): Promise<{ page: Page; complaints: string[] }> {
    const session = await service.session({ amount: 500, frequency: 'monthly', coverFees: true })
    await service.pay(session, { email })
    const link = await until('the receipt by mail', async () => {
      const mails = await service.mails.list()
      const text = mails.find(({ mail }) => mail.to === email)?.mail.text ?? ''
      return /http:\/\/\S+\/recurring\/\S+/.exec(text)?.[0] ?? null
    })
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled })
    const complaints: string[] = []
    context.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    const page = await context.newPage()
    await until('Stripe’s answer', async () => {
      await page.goto(link)
      return (await page.getByText('Next payment').count()) > 0
    })
    return { page, complaints }
  }

  it('gets another card and is stopped, with every page accessible and within its policy', async () => {
    const { page, complaints } = await openMailedLink('phone@reader.example', true)
    expect(await page.textContent('.lead')).toContain(
      'You give $5.46 to The Willow Creek Courier every month.',
    )
    expect(await axeFindings(page)).toEqual([])

    await page.getByRole('button', { name: 'Use another card' }).click()
    await page.getByRole('button', { name: 'Save a card that ends in 4444' }).click()
    await page.waitForURL(/\/recurring\/sub_/)
    await until('the new card', async () => {
      await page.reload()
      return (await page.getByText('Mastercard card ending in 4444').count()) > 0
    })

    await page.getByRole('button', { name: 'Stop the monthly gift' }).click()
    await page.getByRole('heading', { name: 'Your monthly gift has been stopped' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await page.getByRole('button').count()).toBe(0)
    // Back shows the page as it is now, and a reload sends nothing again.
    await page.reload()
    await page.getByRole('heading', { name: 'Your monthly gift has been stopped' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('is stopped without scripts', async () => {
    const { page } = await openMailedLink('no-scripts@reader.example', false)
    await page.getByRole('button', { name: 'Stop the monthly gift' }).click()
    await page.getByRole('heading', { name: 'Your monthly gift has been stopped' }).waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
  })

  it('begins on an article: the widget adds the fee every month, and the donation knows what of it that is', async () => {
    const context = await browser.newContext({ viewport: PHONE })
    const page = await context.newPage()
    await page.goto(`${service.url}/demo`)
    await page.getByText('Monthly', { exact: true }).click()
    await page.getByText('$5', { exact: true }).click()
    await page.getByText('Add $0.46 to cover Stripe’s fee').click()
    await page.getByRole('button', { name: 'Give $5.46 a month' }).click()
    await page.waitForURL(/\/c\/pay\//)
    expect(await page.textContent('main')).toContain('$5.00, and $0.46 to cover the payment fees')
    await page.getByLabel('Name').fill('Ada Reader')
    await page.getByLabel('Email').fill('widget@reader.example')
    await page.getByRole('button', { name: 'Pay $5.46 by card' }).click()
    await page.waitForURL(/\/thank-you/)
    const [gift] = await until('the donation', async () => {
      const { rows } = await service.database.pool.query(
        `select gross_minor, covered_fee_minor, frequency from donations where donor_email = 'widget@reader.example'`,
      )
      return rows.length > 0 ? rows : null
    })
    expect(gift).toEqual({ gross_minor: 546n, covered_fee_minor: 46n, frequency: 'monthly' })
  })
})
