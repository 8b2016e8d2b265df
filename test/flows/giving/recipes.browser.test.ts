import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { textFor } from '../../../src/text/text.ts'
import { type ArticleSite, startArticleSite } from '../../kit/article-site.ts'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** What docs/embedding.md tells newsrooms to paste, pasted as it stands into an article on another origin, in a real Chromium. */

vi.setConfig({ testTimeout: 60_000 })
/** With SCREENSHOTS set to a folder, the tests save pictures there. */
const pictures = process.env['SCREENSHOTS']
const guide = readFileSync(new URL('../../../docs/embedding.md', import.meta.url), 'utf8')
/** The parts of the page by their headings, with the markup that each tells to paste. */
const recipes = guide.split(/^## /m).map((part) => ({
  heading: part.slice(0, part.indexOf('\n')),
  markup: [...part.matchAll(/```html\n([^]*?)```/g)].map(([, markup = '']) => markup).join(''),
}))
const t = textFor('en').finance

describe.skipIf(skipReason)(`the recipes in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let site: ArticleSite
  let service: TestService
  let browser: Browser
  let goal: string

  beforeAll(async () => {
    site = await startArticleSite()
    service = await startTestService({
      CURRENCIES: 'usd',
      ALLOWED_ORIGINS: site.origin,
      NEWSLETTER_TOOL: 'export',
      SUPPORTERS_LIST: 'on',
    })
    site.asks(service.url)
    browser = await openBrowser()
    goal = await addGoal()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    site?.close()
  })

  async function open(width: number, javaScriptEnabled = true): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 740 },
      locale: 'en-US',
      javaScriptEnabled,
    })
    context.setDefaultTimeout(15_000)
    return context.newPage()
  }
  async function looksRight(page: Page): Promise<void> {
    expect([page.url(), await axeFindings(page)]).toEqual([page.url(), []])
    const width = page.viewportSize()?.width ?? 0
    expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(width)
  }
  const picture = async (page: Page, name: string) =>
    pictures && page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
  /** What is to be pasted, with the host and the goal of this service. */
  const ours = (markup: string) =>
    markup
      .replaceAll('https://YOUR-HOST', service.url)
      .replaceAll('goal="ID"', `goal="${goal}"`)
      .replaceAll('/goals/ID', `/goals/${goal}`)
  const recipe = (heading: string) => {
    const found = recipes.find((one) => one.heading === heading)?.markup ?? ''
    expect([heading, found]).toEqual([heading, expect.stringContaining('https://YOUR-HOST/')])
    return ours(found)
  }

  /** Finance adds a goal on the page, half of which a gift has reached. @returns its id */
  async function addGoal(): Promise<string> {
    const session = await service.session({ amount: 5_000 })
    await service.pay(session, { email: 'ann@reader.example' })
    await service.thankYou(session, ARRIVED)
    const page = await open(1280)
    const { knex } = service.database
    const token = await signInToken(knex, await hireStaff(knex, 'finance'), new Date())
    await page.goto(`${service.url}/finance/sign-in/${token}`)
    await page.locator('main form button').first().click()
    await page.waitForURL(/\/finance$/)
    await page.goto(`${service.url}/finance/settings/goals`)
    await page.getByText(t('goals.none')).waitFor()
    await looksRight(page)
    await page.getByLabel(t('goals.name'), { exact: true }).fill('A boat for the harbour desk')
    const year = new Date().getUTCFullYear()
    await page.getByLabel(t('goals.from'), { exact: true }).fill(`${year}-01-01`)
    await page.getByLabel(t('goals.to'), { exact: true }).fill(`${year + 1}-12-31`)
    await page.getByLabel(t('goals.matching'), { exact: true }).fill('The Willow Fund doubles every gift')
    await page.getByLabel(t('goals.amount'), { exact: true }).fill('a hundred')
    await page.getByRole('button', { name: t('goals.submit') }).click()
    // Every problem is named at once, and what was typed stays.
    await page.getByRole('alert').waitFor()
    const named = await page.getByRole('alert').getByRole('link').allTextContents()
    expect(named).toContain(t('goals.problem.amount'))
    await looksRight(page)
    await picture(page, 'goals-refused')
    await page.getByLabel(t('goals.countedChoice.all'), { exact: true }).check()
    await page.getByLabel(t('goals.amount'), { exact: true }).fill('100')
    await page.getByLabel(t('goals.matchingAmount'), { exact: true }).fill('20')
    await page.getByRole('button', { name: t('goals.submit') }).click()
    await page.getByText('A boat for the harbour desk').first().waitFor()
    await looksRight(page)
    await picture(page, 'goals')
    // What the page gives to paste is what the guide says, with the id.
    await page.getByText(t('goals.snippet')).click()
    const given = (await page.locator('details code').first().textContent()) ?? ''
    const id = /goal="([0-9a-f-]{36})"/.exec(given)?.[1] ?? 'none'
    const stated = recipes.find((one) => one.heading === 'The bar of a goal')?.markup ?? ''
    const bare = (markup: string) =>
      markup
        .replaceAll(/>[^<]+</g, '><')
        .replaceAll(/\s+/g, ' ')
        .trim()
    expect(bare(given)).toBe(
      bare(
        stated
          .replaceAll('https://YOUR-HOST', service.url)
          .replaceAll('"ID"', `"${id}"`)
          .replaceAll('/ID', `/${id}`),
      ),
    )
    await page.context().close()
    return id
  }

  it.each(['Plain HTML', 'WordPress, without a plugin', 'Newspack', 'Ghost'])(
    'pasted as said for %s, the widget asks for a gift, and a link remains without scripts',
    async (heading) => {
      const pasted = site.pasted(recipe(heading))
      const page = await open(360)
      await page.goto(pasted)
      const asks = page.getByRole('button', { name: /\$|Support/ }).last()
      await asks.waitFor()
      expect(await asks.isEnabled()).toBe(true)
      await looksRight(page)
      await page.context().close()
      const plain = await open(360, false)
      await plain.goto(pasted)
      await plain.getByRole('link', { name: 'Support our reporting' }).click()
      await plain.waitForURL(/\/donate/)
      await plain.getByRole('button', { name: /^Give/ }).waitFor()
      await plain.context().close()
    },
  )

  it('the newsletter’s element and its form without a script both lead to the mail that asks', async () => {
    const [, form = ''] = recipe("The newsletter's form").split(/(?=<form)/)
    const page = await open(360)
    await page.goto(site.pasted(recipe("The newsletter's form")))
    await page.getByRole('button', { name: 'Subscribe' }).waitFor()
    await page.context().close()
    const plain = await open(320, false)
    await plain.goto(site.pasted(form))
    await plain.getByLabel('E-mail address').fill('plain@reader.example')
    await plain.getByRole('button', { name: 'Get our newsletter' }).click()
    await plain.getByRole('checkbox').check()
    expect(await plain.getByLabel('Your e-mail address').inputValue()).toBe('plain@reader.example')
    await plain.getByRole('button', { name: 'Subscribe' }).click()
    await plain.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    await until(
      'the mail',
      async () => (await service.mails.list()).some(({ mail }) => mail.to === 'plain@reader.example') || null,
    )
    await plain.context().close()
  })

  it('the link for e-mails opens the form with the gift filled in', async () => {
    const page = await open(360, false)
    await page.goto(site.pasted(recipe('Newsletters')))
    await page.getByRole('link', { name: 'Give $5 a month' }).click()
    await page.waitForURL(/utm_source=newsletter/)
    expect(await page.getByRole('button', { name: 'Give $5 a month' }).isVisible()).toBe(true)
    await page.context().close()
  })

  it('the list of supporters stands in the article', async () => {
    const page = await open(320)
    await page.goto(site.pasted(recipe('The list of supporters')))
    const list = page.getByText('Nobody is on the list yet.')
    await list.waitFor()
    expect(await list.isVisible()).toBe(true)
    await looksRight(page)
    await page.context().close()
  })

  it('the bar of a goal fills, in narrow columns, on dark pages and from right to left', async () => {
    const markup = recipe('The bar of a goal')
    for (const [width, lang, ground] of [
      [320, 'en', 'light'],
      [360, 'en', 'dark'],
      [360, 'ar', 'light'],
      [320, 'ar', 'dark'],
    ] as const) {
      const page = await open(width)
      await page.emulateMedia({ colorScheme: ground })
      await page.goto(site.pasted(markup, { lang, ground }))
      const bar = page.getByRole('progressbar')
      await bar.waitFor()
      await looksRight(page)
      await page.getByText('A boat for the harbour desk').waitFor()
      if (lang === 'en') await page.getByText('$50 raised of $100').waitFor()
      await picture(page, `goal-${width}-${lang}-${ground}`)
      await page.context().close()
    }
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(320, javaScriptEnabled)
      await page.goto(site.pasted(markup))
      // The bar takes the place of the link that stands there without scripts.
      if (javaScriptEnabled) await page.getByRole('progressbar').waitFor()
      const link = javaScriptEnabled
        ? page.getByRole('link').last()
        : page.getByRole('link', { name: /^Our goal/ })
      await link.click()
      await page.waitForURL(javaScriptEnabled ? /\/donate/ : /\/goals\//)
      if (javaScriptEnabled) await looksRight(page)
      // The link leads to the goal's own page, which says the same.
      const words = javaScriptEnabled ? 'Willow Creek Courier' : 'The Willow Fund doubles every gift'
      expect(await page.textContent('body')).toContain(words)
      await page.context().close()
    }
  })

  it('the page of a goal is accessible in both colour schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(320)
      await page.emulateMedia({ colorScheme })
      await page.goto(`${service.url}/goals/${goal}?lang=ar`)
      expect(await page.getByRole('progressbar').count()).toBe(1)
      await looksRight(page)
      await picture(page, `goal-page-${colorScheme}`)
      await page.context().close()
    }
  })
})
