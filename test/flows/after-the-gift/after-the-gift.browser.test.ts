import path from 'node:path'
import { pino } from 'pino'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { reminderRound } from '../../../src/checkout/reminder-worker.ts'
import { historyImportRound } from '../../../src/imports/import-worker.ts'
import { textFor } from '../../../src/text/text.ts'
import { type ArticleSite, startArticleSite } from '../../kit/article-site.ts'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { listen } from '../../kit/http.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** What follows a gift, in a real Chromium on a phone: the newsletter, a word to the newsroom, an unfinished gift, former gifts. */

vi.setConfig({ testTimeout: 60_000 })
const PHONE = { width: 360, height: 740 }
const NARROW = { width: 320, height: 640 }
const DESK = { width: 1280, height: 900 }
/** With SCREENSHOTS set to a folder, the tests save pictures there. */
const pictures = process.env['SCREENSHOTS']
const PAPER = `Gift,Day,Sum,Mail,Who
1,03/04/2023,5.00,ada@reader.example,Ada
2,04/04/2023,five,bea@reader.example,Bea
`

describe.skipIf(skipReason)(`after the gift in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let site: ArticleSite
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    site = await startArticleSite()
    const variables = {
      CURRENCIES: 'usd',
      ALLOWED_ORIGINS: site.origin,
      NEWSLETTER_TOOL: 'export',
      SUPPORTERS_LIST: 'on',
      CHECKOUT_REMINDER: 'on',
    }
    service = await startTestService(variables)
    site.asks(service.url)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    site?.close()
  })

  async function open(
    options: { readonly viewport?: typeof PHONE; readonly javaScriptEnabled?: boolean } = {},
  ): Promise<Page> {
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ...options })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    if (options.javaScriptEnabled === false) withoutScripts.add(page)
    return page
  }
  /** axe is a script. */
  const withoutScripts = new WeakSet<Page>()
  const close = (page: Page) => page.context().close()
  async function looksRight(page: Page): Promise<void> {
    const findings = withoutScripts.has(page) ? [] : await axeFindings(page)
    expect([page.url(), findings]).toEqual([page.url(), []])
    const width = page.viewportSize()?.width ?? 0
    expect(Number(await page.evaluate('document.documentElement.scrollWidth')) - width).toBeLessThanOrEqual(0)
  }
  const mailTo = (email: string, subject: RegExp) =>
    until(`a mail to ${email}`, async () => {
      const mails = await service.mails.list()
      return mails.find(({ mail }) => mail.to === email && subject.test(mail.subject)) ?? null
    })
  async function linkTo(email: string, subject: RegExp, below: string): Promise<string> {
    const { mail } = await mailTo(email, subject)
    return new RegExp(`http://\\S+${below}[^\\s>]+`).exec(mail.text)?.[0] ?? ''
  }
  async function staffAt(
    page: Page,
    role: 'finance' | 'admin' = 'finance',
    context: BrowserContext = page.context(),
  ): Promise<void> {
    const { knex } = service.database
    const token = await signInToken(knex, await hireStaff(knex, role), new Date())
    await page.goto(`${service.url}/finance/sign-in/${token}`)
    await page.locator('main form button').first().click()
    await page.waitForURL(/\/finance$/)
    expect(await context.cookies()).not.toEqual([])
  }

  it.each([true, false])(
    'subscribes from an article, confirms by e-mail and unsubscribes, with scripts: %s',
    async (javaScriptEnabled) => {
      const email = `letter-${javaScriptEnabled}@reader.example`
      const page = await open({ javaScriptEnabled })
      await page.goto(site.embedding('newsletter'))
      if (!javaScriptEnabled) {
        await page.getByRole('link', { name: 'Here is more' }).click()
        await page.waitForURL(/\/newsletter/)
      }
      const subscribe = page.getByRole('button', { name: 'Subscribe' })
      await subscribe.waitFor()
      await looksRight(page)
      const box = page.getByRole('checkbox', { name: /^Yes, send me the newsletter/ })
      expect(await box.isChecked()).toBe(false)
      await page.getByLabel('Your e-mail address').fill(email)
      await subscribe.click()
      // The box is asked for, and what was typed stays.
      await page.getByText('Tick the box if you want the newsletter.').first().waitFor()
      await looksRight(page)
      await box.check()
      await subscribe.click()
      await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
      await looksRight(page)

      await page.goto(await linkTo(email, /Please confirm/, '/newsletter/confirm/'))
      await looksRight(page)
      await page.getByRole('button', { name: 'Yes, I want the newsletter' }).click()
      await page.getByRole('heading', { name: 'You get the newsletter' }).waitFor()
      await looksRight(page)
      const { rows } = await service.database.pool.query(
        'select source, article_url as article from newsletter_consents where email = $1 and confirmed_at is not null',
        [email],
      )
      expect(rows).toEqual([
        javaScriptEnabled
          ? { source: 'element', article: `${site.origin}/ferry` }
          : { source: 'form', article: null },
      ])

      const { name } = await mailTo(email, /Please confirm/)
      const eml = String(await service.mails.readEml(name)).replaceAll(/\r\n[ \t]/g, '')
      await page.goto(/^List-Unsubscribe: *<(http[^>]+)>/m.exec(eml)?.[1] ?? '')
      await looksRight(page)
      await page.getByRole('button', { name: 'Unsubscribe' }).click()
      await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor()
      await looksRight(page)
      await close(page)
    },
  )

  it('takes a word after paying, which stands on the list and in an article once staff have approved it', async () => {
    const email = 'ann@reader.example'
    const session = await service.session({ amount: 700 })
    await service.pay(session, { email, name: 'Ann Giver' })
    await service.thankYou(session, ARRIVED)
    const reader = await open({ javaScriptEnabled: false })
    await reader.goto(`${service.url}/thank-you?session_id=${session.id}&lang=en`)
    await looksRight(reader)
    await reader.getByLabel('Your message').fill('More about the ferry, please!')
    await reader.getByRole('checkbox', { name: /public list of supporters/ }).check()
    await reader.getByLabel('First name, as the list shows it').fill('Ann')
    await reader.getByLabel('Town').fill('Millbrook')
    await reader.getByRole('button', { name: 'Send' }).click()
    await reader.getByText('Thank you. We have it.').waitFor()
    await looksRight(reader)
    await reader.goto(`${service.url}/supporters?lang=en`)
    await reader.getByText('Nobody is on the list yet.').waitFor()
    await close(reader)

    const desk = await open({ viewport: DESK })
    await staffAt(desk)
    await desk.getByText('1 donor waits to appear on the list of supporters.').waitFor()
    await desk.getByRole('link', { name: 'Decide' }).click()
    await desk.getByText('More about the ferry, please!').first().waitFor()
    await looksRight(desk)
    await desk.getByRole('button', { name: 'Approve' }).click()
    await desk.getByText(/^Approved by/).waitFor()
    await close(desk)

    service.forwardMs(11_000)
    for (const javaScriptEnabled of [true, false]) {
      const page = await open({ viewport: NARROW, javaScriptEnabled })
      await page.goto(site.embedding('supporters'))
      if (!javaScriptEnabled) await page.getByRole('link', { name: 'Here is more' }).click()
      await page.getByText('Ann from Millbrook').waitFor()
      expect(await page.getByText('More about the ferry, please!').count()).toBe(1)
      await looksRight(page)
      await close(page)
    }
  })

  it('takes a supporter off the list again once staff hide the entry', async () => {
    const t = textFor('en').finance
    const { pool } = service.database
    await pool.query(
      `insert into supporter_entries (id, donation_id, name, language, consent, consented_at, decision, decided_at, decided_by)
       select gen_random_uuid(), id, 'Hidden Later', 'en', 'Yes', now(), 'approved', now(), 'ann' from donations limit 1
       on conflict (donation_id) do update set name = 'Hidden Later', decision = 'approved', withdrawn_at = null`,
    )
    service.forwardMs(11_000)
    const reader = await open({ viewport: NARROW })
    await reader.goto(`${service.url}/supporters?lang=en`)
    await reader.getByText('Hidden Later').waitFor()
    const desk = await open({ viewport: DESK })
    await staffAt(desk)
    await desk.goto(`${service.url}/finance/messages`)
    await desk
      .getByRole('button', { name: t('messages.hide') })
      .first()
      .click()
    await desk
      .getByText(/^Hidden by/)
      .first()
      .waitFor()
    await looksRight(desk)
    if (pictures) await desk.screenshot({ path: path.join(pictures, 'messages.png'), fullPage: true })
    await close(desk)
    service.forwardMs(11_000)
    await reader.reload()
    expect(await reader.getByText('Hidden Later').count()).toBe(0)
    await close(reader)
  })

  it.each([true, false])(
    'asks for the newsletter after paying by a box that is not ticked, with scripts: %s',
    async (javaScriptEnabled) => {
      const email = `paid-${javaScriptEnabled}@reader.example`
      const session = await service.session({ amount: 900 })
      await service.pay(session, { email })
      await service.thankYou(session, ARRIVED)
      const page = await open({ viewport: NARROW, javaScriptEnabled })
      await page.goto(`${service.url}/thank-you?session_id=${session.id}&lang=en`)
      const box = page.getByRole('checkbox', { name: /^Yes, send me the newsletter/ })
      expect(await box.isChecked()).toBe(false)
      await looksRight(page)
      await box.check()
      await page.getByRole('button', { name: 'Subscribe' }).click()
      await page.getByText('We send you an e-mail to confirm the newsletter.').waitFor()
      await looksRight(page)
      await page.goto(await linkTo(email, /Please confirm/, '/newsletter/confirm/'))
      await page.getByRole('button', { name: 'Yes, I want the newsletter' }).click()
      await page.getByRole('heading', { name: 'You get the newsletter' }).waitFor()
      await close(page)
    },
  )

  it('adds a webhook, sees its deliveries, sends one again and rolls the secret', async () => {
    const t = textFor('en').finance
    const received: { readonly id: string; readonly signatures: number }[] = []
    const receiver = await listen((request, response) => {
      const header = (name: string) => String(request.headers[name])
      received.push({ id: header('webhook-id'), signatures: header('webhook-signature').split(' ').length })
      request.resume().on('end', () => response.writeHead(204).end())
    })
    const page = await open({ viewport: DESK })
    await staffAt(page, 'admin')
    await page.goto(`${service.url}/finance/settings/webhooks`)
    await looksRight(page)
    const add = page.getByRole('button', { name: t('webhooks.submit') })
    await page.getByLabel(t('webhooks.url'), { exact: true }).fill('http://10.0.0.7/hook')
    await add.click()
    // An address inside a network is refused beside its field, and what is to be chosen is named.
    await page.getByRole('alert').waitFor()
    await looksRight(page)
    if (pictures) await page.screenshot({ path: path.join(pictures, 'webhook-refused.png'), fullPage: true })
    await page.getByLabel(t('webhooks.url'), { exact: true }).fill(`${receiver.url}/hook`)
    await page.locator('input[name="events"]').first().check()
    await add.click()
    await page.getByRole('heading', { name: t('webhooks.secretTitle') }).waitFor()
    const secretOf = async () => /whsec_[A-Za-z0-9+/=]+/.exec((await page.textContent('main')) ?? '')?.[0]
    const first = await secretOf()
    expect(first).toMatch(/^whsec_/)
    await looksRight(page)
    await page.getByRole('link', { name: t('webhooks.kept') }).click()
    await page.getByText(t('webhooks.noDeliveries')).waitFor()
    await page.getByRole('button', { name: t('webhooks.test') }).click()
    await page.getByText(t('webhooks.testSent')).waitFor()
    const taken = () =>
      until('the delivery to be taken', async () => {
        await page.reload()
        const cells = page.locator('td .status', { hasText: t('webhooks.status.delivered') })
        return (await cells.count()) > 0 || null
      })
    await taken()
    await looksRight(page)
    if (pictures) await page.screenshot({ path: path.join(pictures, 'webhook.png'), fullPage: true })
    await page.locator('td').getByRole('button').first().click()
    await page.getByText(t('webhooks.replayed', { count: 1 })).waitFor()
    await until('the same message again', async () => received.length === 2 || null)
    expect(received[1]?.id).toBe(received[0]?.id)
    await page.getByRole('button', { name: t('webhooks.roll') }).click()
    await page.getByRole('heading', { name: t('webhooks.secretTitle') }).waitFor()
    const second = await secretOf()
    expect(second).toMatch(/^whsec_/)
    expect(second).not.toBe(first)
    await looksRight(page)
    await page.getByRole('link', { name: t('webhooks.kept') }).click()
    await page.getByRole('button', { name: t('webhooks.test') }).click()
    await until('a message signed with both', async () => received.length === 3 || null)
    expect(received.map(({ signatures }) => signatures)).toEqual([1, 1, 2])
    await close(page)
    await receiver.close()
  })

  it.each([
    ['newsletter', 'Subscribe'],
    ['supporters', 'Support The Willow Creek Courier'],
  ] as const)(
    'shows the element of %s in the colours of the page around, whatever the reader’s system prefers',
    async (element, words) => {
      for (const ground of ['light', 'dark'] as const)
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await open()
          await page.emulateMedia({ colorScheme })
          await page.goto(site.embedding(element, ground))
          await page.getByText(words, { exact: true }).waitFor()
          if (element === 'newsletter') await page.getByRole('button', { name: words }).click()
          await looksRight(page)
          expect(await page.getByText(words, { exact: true }).isVisible()).toBe(true)
          if (pictures)
            await page.screenshot({ path: path.join(pictures, `${element}-${ground}-${colorScheme}.png`) })
          await close(page)
        }
    },
  )

  it('goes on with an unfinished gift by the link of the reminder', async () => {
    const email = 'later@reader.example'
    const page = await open({ javaScriptEnabled: false })
    await page.goto(`${service.url}/donate?lang=en`)
    await page.locator('label', { hasText: 'Monthly' }).click()
    await page.getByText('Remind me if I do not finish').click()
    const box = page.getByRole('checkbox', { name: /may remind me once by e-mail/ })
    expect(await box.isChecked()).toBe(false)
    await box.check()
    await page.getByLabel('Your e-mail address for the reminder').fill(email)
    await looksRight(page)
    await page.getByRole('button', { name: 'Give $5 a month' }).click()
    await page.waitForURL(/\/c\/pay\//)
    const { pool } = service.database
    await pool.query(`update checkouts set stripe_session_expires_at = now() - interval '2 hours'
      where id in (select checkout_id from checkout_reminders)`)
    await reminderRound(pool, () => new Date())()

    await page.goto(await linkTo(email, /is not finished/, '/donate\\?again='))
    expect(await page.getByLabel('Monthly').isChecked()).toBe(true)
    await looksRight(page)
    await page.getByRole('button', { name: 'Give $5 a month' }).click()
    await page.waitForURL(/\/c\/pay\//)
    await page.getByLabel('Name').fill('Lea Later')
    await page.getByLabel('Email').fill(email)
    await page.getByRole('button', { name: /by card$/ }).click()
    await page.waitForURL(/\/thank-you/)
    const thanks = await until('the thanks', async () => {
      await page.reload()
      return ARRIVED.test(await page.content()) ? page.textContent('main') : null
    })
    expect(thanks).toContain('$5')
    await close(page)
  })

  it('imports former gifts by finance: the file, its columns, the dry run with its problems, and what came of it', async () => {
    const t = textFor('en').finance
    const page = await open({ viewport: DESK })
    await staffAt(page)
    await page.goto(`${service.url}/finance/imports`)
    await looksRight(page)
    await page
      .getByLabel('File')
      .setInputFiles({ name: 'paper.csv', mimeType: 'text/csv', buffer: Buffer.from(PAPER) })
    await page.getByRole('button', { name: 'Send the file' }).click()
    await page.getByRole('heading', { name: 'What do the columns mean?' }).waitFor()
    await looksRight(page)
    await page.getByLabel('Which system is it of?').fill('paper')
    for (const [field, column] of [
      ['amount', 'Sum'],
      ['date', 'Day'],
      ['id', 'Gift'],
      ['email', 'Mail'],
      ['name', 'Who'],
    ] as const)
      await page
        .getByLabel(t(`imports.mapping.field.${field}`), { exact: true })
        .selectOption({ label: column })
    await page.getByLabel('How are dates written?').selectOption({ label: '03/04/2023 is 3 April' })
    await page.getByLabel('What begins the decimals of amounts?').selectOption({ label: 'A point: 1,234.50' })
    await page.getByRole('button', { name: 'Check the file' }).click()
    // The worker looks every few seconds; another one may do the same.
    const log = pino({ level: 'silent' })
    const { pool } = service.database
    const round = historyImportRound({ pool, clock: () => new Date(), timezone: 'America/New_York', log })
    const shows = async (words: string) => {
      while (await round());
      await until(`the import says ${words}`, async () => {
        const again = page.getByRole('link', { name: 'Look again' })
        if ((await again.count()) > 0) await again.click()
        return (await page.getByText(words).count()) > 0 || null
      })
    }
    await shows('The amount cannot be read.')
    await looksRight(page)
    expect(await page.textContent('main')).toContain('Write it like 1234.50')
    await page.getByRole('button', { name: 'Import 1 gift' }).click()
    await shows('1 gift of paper is imported.')
    await looksRight(page)
    await page.getByRole('link', { name: 'See them in the list of donations' }).click()
    await page.getByText('imported from paper').first().waitFor()
    await close(page)
  })
})
