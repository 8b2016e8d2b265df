import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openBrowser, skipReason } from '../../kit/browser.ts'
import { freePort } from '../../kit/free-port.ts'
import { freshPlace, isAlive, runProgram, type Program } from '../../kit/process.ts'
import { askAt } from '../../kit/two-sites.ts'
import { until } from '../../kit/until.ts'

/** Two newsrooms in one program, as docs/sites.md starts it: with a database of its own, and nothing configured but names. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

describe.skipIf(skipReason)(`two sites in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let place: Awaited<ReturnType<typeof freshPlace>>
  let variables: Record<string, string>
  let program: Program
  let browser: Browser
  const urlOf = (site: string) => `http://${site}.localhost:${variables['PORT']}`

  beforeAll(async () => {
    place = await freshPlace()
    const { PUBLIC_URL: _, ...others } = place.variables
    variables = {
      ...others,
      SITES: 'herald,gazette',
      HERALD_PUBLIC_URL: `http://herald.localhost:${others.PORT}`,
      HERALD_NEWSROOM_NAME: 'The Harbour Herald',
      GAZETTE_PUBLIC_URL: `http://gazette.localhost:${others.PORT}`,
      GAZETTE_NEWSROOM_NAME: 'Die Wald-Gazette',
      GAZETTE_LANGUAGES: 'de',
      // The port after the first site's may be taken.
      GAZETTE_STRIPE_SANDBOX_PORT: String(await freePort()),
    }
    program = runProgram(['start'], variables)
    await program.says('gazette.localhost')
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    program?.signal('SIGKILL')
    await place?.remove()
  })

  it('leads a reader of each from the article to a receipt of that newsroom', async () => {
    for (const [site, name, thanks] of [
      ['herald', 'The Harbour Herald', /Thank you/],
      ['gazette', 'Die Wald-Gazette', /Danke|Vielen Dank/],
    ] as const) {
      const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage()
      await page.goto(`${urlOf(site)}/donate?amount=500&currency=usd`)
      expect(await page.textContent('body')).toContain(name)
      await page.locator('main form button[type=submit], main form button:not([type])').first().click()
      await page.waitForURL(/127\.0\.0\.1|localhost:\d+\/pay|\/c\//)
      await page.locator('input[name=name]').fill(`Ada ${site}`)
      await page.locator('input[name=email]').fill(`${site}@reader.example`)
      await page.locator('form button').first().click()
      await page.waitForURL(/thank-you/)
      expect(new URL(page.url()).host).toBe(new URL(urlOf(site)).host)
      await until('the thanks', async () => thanks.test((await page.textContent('body')) ?? ''))
      await page.context().close()
    }
    // The newsroom's staff see their own gift, and a cookie of one site is not sent to the other.
    const links = [...program.printed().matchAll(/http:\/\/(\w+)\.localhost:\d+\/finance\/sign-in\/[\w-]+/g)]
    expect(links.map(([, site]) => site)).toEqual(['herald', 'gazette'])
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(links[0]?.[0] ?? '')
    await page.locator('main form button').first().click()
    await page.waitForURL(/\/finance/)
    await page.goto(`${urlOf('herald')}/finance/donations`)
    await until('the gift', async () => {
      await page.reload()
      return (await page.textContent('body'))?.includes('Ada herald')
    })
    expect(await page.textContent('body')).not.toContain('Ada gazette')
    await page.goto(`${urlOf('gazette')}/finance/donations`)
    expect(new URL(page.url()).pathname).toBe('/finance/sign-in')
    await context.close()
  })

  it('runs a command for the site that it names, and for none without a name', async () => {
    const unnamed = runProgram(['admin', 'create-token', '--name', 'till', '--role', 'finance'], variables)
    expect(await unnamed.ended(30_000)).toBe(1)
    expect(unnamed.printed()).toContain('--site: name one of the sites of this service: herald, gazette')
    const line = ['admin', 'create-token', '--site', 'gazette', '--name', 'till', '--role', 'finance']
    const named = runProgram(line, variables)
    expect(await named.ended(30_000)).toBe(0)
    const token = named.printed().split('\n')[0] ?? ''
    const ask = (site: string) =>
      askAt(Number(variables['PORT']), `${site}.localhost`, '/api/donations', {
        headers: { Authorization: `Bearer ${token}` },
      })
    expect([(await ask('gazette')).status, (await ask('herald')).status]).toEqual([200, 401])
  })

  it('stops in order, and its database with it', async () => {
    const postgres = await place.postgresPid()
    program.signal('SIGTERM')
    expect(await program.ended()).toBe(0)
    await until('the end of Postgres', async () => !(await isAlive(postgres ?? 0)))
  })
})
