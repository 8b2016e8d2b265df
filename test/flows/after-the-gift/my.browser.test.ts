import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { textFor } from '../../../src/text/text.ts'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A donor asks for the link, reads the mail and uses the page, in a real Chromium on a phone and without scripts. */

vi.setConfig({ testTimeout: 60_000 })
const PHONE = { width: 360, height: 740 }
/** With SCREENSHOTS set to a folder, the tests save pictures there. */
const pictures = process.env['SCREENSHOTS']
const picture = async (page: Page, name: string) =>
  pictures && page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })

describe.skipIf(skipReason)(`a donor’s own page in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    service = await startTestService(
      { CURRENCIES: 'usd', NEWSLETTER_TOOL: 'export', SUPPORTERS_LIST: 'on' },
      { trial: true },
    )
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  async function mailedLink(page: Page, email: string): Promise<string> {
    await page.goto(`${service.url}/my?lang=en`)
    await page.getByLabel('Your e-mail address').fill(email)
    await page.getByRole('button', { name: 'Send me the link' }).click()
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    return until('the link by mail', async () => {
      const mails = await service.mails.list()
      const mail = mails.find((one) => one.mail.to === email && one.mail.subject.startsWith('Your gifts'))
      return /http:\/\/\S+\/my\/[\w-]{43}/.exec(mail?.mail.text ?? '')?.[0] ?? null
    })
  }

  it('leads from the receipt to gifts, the regular gift, a question, the data and its erasure', async () => {
    const email = 'mine@reader.example'
    for (const wish of [{ amount: 500 }, { amount: 1000, frequency: 'monthly' }]) {
      const session = await service.session(wish)
      await service.pay(session, { email, name: 'Mia Reader' })
      await service.thankYou(session, ARRIVED)
    }
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false })
    const page = await context.newPage()
    const link = await mailedLink(page, email)
    await until('the agreement', async () => {
      await page.goto(link)
      return (await page.getByText('$10.00 every month').count()) > 0 || null
    })
    expect(await page.textContent('main')).toContain('$5.00')
    await page.getByLabel('Your question to').fill('May I visit?')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('We have your question').waitFor()
    await page.getByRole('link', { name: 'Change, pause or stop' }).click()
    await page.getByText('Pause for a while').click()
    await page.getByRole('button', { name: '3 months' }).click()
    await page.getByText('Paused until').waitFor()
    await page.getByRole('button', { name: 'Stop the monthly gift' }).click()
    await page.getByRole('heading', { name: 'Your monthly gift has been stopped' }).waitFor()
    // It runs to the end of the paid period, and until then nothing can be erased.
    await page.goto(`${link}/erase`)
    await page.getByText('still runs').waitFor()
    await page.goto(link)
    await page.getByRole('button', { name: 'Close this page for good' }).click()
    await page.getByRole('heading', { name: 'The page is closed' }).waitFor()
    expect((await page.goto(link))?.status()).toBe(410)
  })

  it.each([true, false])(
    'changes the amount, pauses and resumes, gives the statement and the data, and ends what was agreed to, with scripts: %s',
    async (javaScriptEnabled) => {
      const { my, recurring, newsletter, supporters } = textFor('en')
      const email = `keeps-${javaScriptEnabled}@reader.example`
      const session = await service.session({ amount: 1000, frequency: 'monthly' })
      await service.pay(session, { email, name: 'Kim Keeps' })
      await service.thankYou(session, ARRIVED)
      const { pool } = service.database
      await pool.query(
        `insert into supporter_entries (id, donation_id, name, language, consent, consented_at, decision, decided_at, decided_by)
         select gen_random_uuid(), id, $2, 'en', 'Yes', now(), 'approved', now(), 'ann' from donations where donor_email = $1`,
        [email, `Kim ${javaScriptEnabled}`],
      )
      const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled, locale: 'en-US' })
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      const looksRight = async () => {
        const findings = javaScriptEnabled ? await axeFindings(page) : []
        expect([page.url(), findings]).toEqual([page.url(), []])
        expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(
          PHONE.width,
        )
      }
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
      const link = await mailedLink(page, email)
      await until('the agreement', async () => {
        await page.goto(link)
        return (await page.getByText('$10.00 every month').count()) > 0 || null
      })
      await looksRight()
      await picture(page, `my-${javaScriptEnabled}`)

      await page.getByRole('link', { name: my('page.manage') }).click()
      await page.getByText(recurring('page.amount.change')).click()
      const amount = page.getByLabel(recurring('page.amount.label', { currency: 'USD' }))
      await amount.fill('half')
      await press(recurring('page.amount.save'))
      // What cannot be an amount is said beside it, and nothing is changed.
      await page.getByRole('alert').waitFor()
      await looksRight()
      await picture(page, `recurring-refused-${javaScriptEnabled}`)
      await amount.fill('12.50')
      await press(recurring('page.amount.save'))
      await page.getByText('You give $12.50 to').waitFor()
      await page.getByText(recurring('page.pause.title')).click()
      await press(recurring('page.pause.months', { count: 1 }))
      await page.getByText('Paused until').waitFor()
      await looksRight()
      await picture(page, `recurring-paused-${javaScriptEnabled}`)
      await press(recurring('page.pause.resume'))
      await page.getByText(recurring('page.pause.title')).waitFor()
      expect(await page.getByText('Paused until').count()).toBe(0)

      await page.goto(link)
      await page.getByText('$12.50 every month').waitFor()
      const year = new Date().getUTCFullYear()
      const statement = page.getByRole('link', { name: my('page.statementOf', { year: String(year) }) })
      const file = await page.request.get(new URL((await statement.getAttribute('href')) ?? '', link).href)
      expect([file.headers()['content-type'], (await file.body()).subarray(0, 5).toString()]).toEqual([
        'application/pdf',
        '%PDF-',
      ])
      const download = page.waitForEvent('download')
      await press(my('page.download'))
      expect((await download).suggestedFilename()).toBe('my-gifts.json')

      const box = page.getByRole('checkbox', { name: /newsletter/ })
      expect(await box.isChecked()).toBe(false)
      await box.check()
      await press(newsletter('my.subscribe'))
      await page.getByText(newsletter('my.subscribed')).waitFor()
      await looksRight()
      await press(newsletter('unsubscribe.button'))
      await page.getByText(newsletter('my.unsubscribed')).waitFor()
      const { rows } = await pool.query(
        `select source, ended_because as because, text <> '' as worded from newsletter_consents where email = $1`,
        [email],
      )
      expect(rows).toEqual([{ source: 'my', because: 'my', worded: true }])

      // The list is a few seconds old at most.
      service.forwardMs(11_000)
      expect(await (await service.get('/supporters')).text()).toContain(`Kim ${javaScriptEnabled}`)
      await press(supporters('my.withdraw'))
      await page.getByText(supporters('my.withdrawn')).waitFor()
      await looksRight()
      service.forwardMs(11_000)
      expect(await (await service.get('/supporters')).text()).not.toContain(`Kim ${javaScriptEnabled}`)
      await context.close()
    },
  )

  it('is accessible with scripts, and erases a donor who confirms', async () => {
    const email = 'goes@reader.example'
    const session = await service.session({ amount: 700 })
    await service.pay(session, { email })
    await service.thankYou(session, ARRIVED)
    const page = await browser.newPage({ viewport: PHONE })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    const link = await mailedLink(page, email)
    expect(await axeFindings(page)).toEqual([])
    await page.goto(link)
    expect(await axeFindings(page)).toEqual([])
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download what we keep of you' }).click()
    expect((await download).suggestedFilename()).toBe('my-gifts.json')
    await page.getByRole('link', { name: 'Erase what we keep of you' }).click()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Erase it' }).click()
    await page.getByRole('heading', { name: 'What we keep of you is being erased' }).waitFor()
    await until('the erasure', async () => {
      const { rows } = await service.database.pool.query(`select 1 from donations where donor_email = $1`, [
        email,
      ])
      return rows.length === 0 || null
    })
    expect(complaints).toEqual([])
  })
})
