import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { DAY_MS, debitedGift, eventually, forward, gift, paidGift, sandbox, sdk, subscribed } from './kit.ts'

const PHONE = { width: 360, height: 740 }

describe.skipIf(skipReason)(`the hosted page in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('a reader is declined, then pays, and axe finds nothing on the way', async () => {
    const box = await sandbox()
    const back = `${box.url}/?back={CHECKOUT_SESSION_ID}` // any page that is there will do
    const { id, url } = await sdk(box).checkout.sessions.create(gift({ success_url: back }))
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
    await page.waitForURL(`${box.url}/?back=${id}`)
    expect(await axeFindings(page)).toEqual([])
    await eventually(() => box.events().some(({ type }) => type === 'checkout.session.completed'))
    await page.goto(`${box.url}/c/pay/${id}`)
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  })

  test('the operator’s page fits a phone, and axe finds nothing', async () => {
    const box = await sandbox()
    await subscribed(box)
    await box.dispute(await debitedGift(box))
    await box.refund(await paidGift(box), { amount: 100 })
    await paidGift(box, 9000)
    await forward(box, 3 * DAY_MS)
    const page = await browser.newPage({ viewport: PHONE })
    await page.goto(box.url)
    expect(await axeFindings(page)).toEqual([])
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(PHONE.width)
    await page.close()
  })
})
