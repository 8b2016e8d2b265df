import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { saveControl, saveGiving } from '../../../src/protection/protection-store.ts'
import { openBrowser, skipReason } from '../../kit/browser.ts'
import { startTestService, type TestService } from '../../kit/service.ts'

/** A reader's way to the payment page while somebody tries stolen cards, in a real Chromium. */

vi.setConfig({ testTimeout: 60_000 })
const PHONE = { width: 360, height: 740 }
/** About as slow as a phone of 2020. */
const SLOWER = 4

describe.skipIf(skipReason)(`a reader in attack mode${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService({}, { trial: true })
    browser = await openBrowser()
    await saveControl(service.database.pool, 'on')
    service.forwardMs(2_000)
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  async function open(options: { javaScriptEnabled?: boolean } = {}) {
    const context = await browser.newContext({ viewport: PHONE, ...options })
    context.setDefaultTimeout(20_000)
    const errors: string[] = []
    context.on('weberror', (error) => errors.push(String(error.error())))
    const page = await context.newPage()
    return { context, page, errors }
  }

  async function slowDown(context: BrowserContext, page: Page): Promise<void> {
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  }

  const atPayment = (page: Page) => page.waitForURL(`${service.sandboxUrl}/c/pay/**`)

  it('gives by the widget with one click, which answers the challenge unseen', async () => {
    const { context, page, errors } = await open()
    const scripts: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.push(new URL(request.url()).pathname)
    })
    await page.goto(`${service.url}/demo`)
    await page.getByRole('button', { name: /\$/ }).waitFor()
    expect(scripts).toEqual(['/widget.js'])
    await slowDown(context, page)
    const clickedMs = Date.now()
    await page.getByRole('button', { name: /\$/ }).click()
    await atPayment(page)
    // A reader hardly notices: the whole way to Stripe's page takes a few seconds even on a slow phone.
    expect(Date.now() - clickedMs).toBeLessThan(10_000)
    expect(scripts).toContain('/challenge.js')
    expect(errors).toEqual([])
    await context.close()
  })

  it('gives by the form: the page in between sends it on by itself', async () => {
    const { context, page, errors } = await open()
    await page.goto(`${service.url}/donate?amount=500`)
    await page
      .getByRole('button', { name: /\$|Continue/ })
      .last()
      .click()
    await atPayment(page)
    expect(errors).toEqual([])
    await context.close()
  })

  it('gives without scripts: the button appears, and nothing that was typed is lost', async () => {
    const { context, page } = await open({ javaScriptEnabled: false })
    await page.goto(`${service.url}/donate?amount=500`)
    await page
      .getByRole('button', { name: /\$|Continue/ })
      .last()
      .click()
    const heading = page.getByRole('heading', { name: 'One moment, please' })
    await heading.waitFor()
    const button = page.getByRole('button', { name: 'Continue to payment' })
    expect(await button.isVisible()).toBe(false)
    await button.waitFor({ state: 'visible' })
    await button.click()
    await atPayment(page)
    await context.close()
  })

  it('reads in the widget that giving is switched off, and keeps the choice', async () => {
    await saveGiving(service.database.pool, new Date())
    service.forwardMs(2_000)
    const { context, page } = await open()
    await page.goto(`${service.url}/demo`)
    await page.getByText('Other', { exact: true }).click()
    await page.getByLabel(/own amount/i).fill('7.50')
    await page.getByRole('button', { name: /7\.50/ }).click()
    await page.getByText('We cannot take gifts at this moment.').waitFor()
    expect(await page.getByLabel(/own amount/i).inputValue()).toBe('7.50')
    expect(await page.getByRole('button', { name: /7\.50/ }).isEnabled()).toBe(true)
    await context.close()
    await saveGiving(service.database.pool, null)
  })
})
