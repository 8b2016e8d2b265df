import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textFor } from '../../../src/text/text.ts'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** From a receipt's page to the page on which anybody can check it, on a phone. */

const PHONE = { width: 360, height: 740 }

describe.skipIf(skipReason)(`checking a receipt in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService({ CURRENCIES: 'usd' }, { trial: true })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  async function openReceipt(locale: string, email: string): Promise<{ page: Page; paymentIntent: string }> {
    const session = await service.session({ amount: 500, locale })
    await service.pay(session, { email })
    const link = await until('the receipt', async () => {
      const mail = (await service.mails.list()).find(({ mail: { to } }) => to === email)
      return /http:\/\/\S+\/receipts\/\S+/.exec(mail?.mail.text ?? '')?.[0] ?? null
    })
    const { payment_intent: paid } = await service.stripe.checkout.sessions.retrieve(session.id)
    // The browser speaks English: what follows is in the reader's language all the same.
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US' })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(link)
    return { page, paymentIntent: String(paid) }
  }

  it.each([
    ['en', 'ltr'],
    ['ar', 'rtl'],
  ])(
    'says in %s that it is genuine, that another code is not, and what became of it',
    async (locale, dir) => {
      const text = textFor(locale)
      const t = text.reader
      const { page, paymentIntent } = await openReceipt(locale, `${locale}@reader.example`)
      await page.getByRole('link', { name: text.receipt('proof.link') }).click()
      const says = (words: string) => page.getByText(words).waitFor()
      await says(t('verify.genuine'))
      await says(t('verify.status.valid'))
      expect(await page.getAttribute('html', 'dir')).toBe(dir)
      expect(await page.content()).not.toContain('Ada Reader')
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)

      const code = page.getByLabel(t('verify.code'))
      const right = await code.inputValue()
      await code.fill(`${right.startsWith('0') ? '1' : '0'}${right.slice(1)}`)
      await page.getByRole('button', { name: t('verify.submit') }).click()
      await says(t('verify.unknown.title'))
      // As people copy it: in small letters, without hyphens.
      await code.fill(` ${right.toLowerCase().replaceAll('-', ' ')} `)
      await page.getByRole('button', { name: t('verify.submit') }).click()
      await says(t('verify.genuine'))
      expect(await page.getAttribute('html', 'lang')).toBe(locale)
      expect(await axeFindings(page)).toEqual([])

      await service.stripe.refunds.create({ payment_intent: paymentIntent, amount: 200 })
      await until('the replaced receipt', async () => {
        await page.reload()
        return (await page.getByText(t('verify.status.replaced_after_return')).count()) > 0
      })
      await page.context().close()
    },
  )
})
