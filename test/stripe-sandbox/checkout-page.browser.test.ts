import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { DAY_MS, debitedGift, forward, gift, paidGift, sdk, subscribed } from '../kit/sandbox.ts'
import { emittedTypes, sandboxForTest } from './kit.ts'

const PHONE = { width: 360, height: 740 }

describe.skipIf(skipReason)(
  `the offline Stripe’s pages in a browser${skipReason ? ` (${skipReason})` : ''}`,
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openBrowser()
    })
    afterAll(() => browser?.close())

    test('let a reader pay after a decline, fit a phone, and give axe nothing to report', async () => {
      const sandbox = await sandboxForTest()
      const successUrl = `${sandbox.url}/?back={CHECKOUT_SESSION_ID}` // any page that exists will do
      const { id, url } = await sdk(sandbox).checkout.sessions.create(gift({ success_url: successUrl }))
      const page = await browser.newPage({ viewport: PHONE })
      await page.goto(url ?? '')
      expect(await axeFindings(page)).toEqual([])
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(PHONE.width)
      await page.getByLabel('Name').fill('Ann Reader')
      await page.getByLabel('Email').fill('ann@example.org')
      await page.getByRole('button', { name: 'Use a card that is declined' }).click()
      await page.getByRole('alert').waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Donate $5.00 by card' }).click()
      await page.waitForURL(`${sandbox.url}/?back=${id}`)
      expect(await axeFindings(page)).toEqual([])
      expect(emittedTypes(sandbox)).toContain('checkout.session.completed')
      await page.goto(`${sandbox.url}/c/pay/${id}`)
      expect(await axeFindings(page)).toEqual([])
      await page.close()
    })

    test('show the console so that it fits a phone and gives axe nothing to report', async () => {
      const sandbox = await sandboxForTest()
      await subscribed(sandbox)
      await sandbox.dispute(await debitedGift(sandbox))
      await sandbox.refund(await paidGift(sandbox), { amount: 100 })
      await paidGift(sandbox, 9000)
      await forward(sandbox, 3 * DAY_MS)
      const page = await browser.newPage({ viewport: PHONE })
      await page.goto(sandbox.url)
      expect(await axeFindings(page)).toEqual([])
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(PHONE.width)
      await page.close()
    })
  },
)
