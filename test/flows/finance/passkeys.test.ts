import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAuthenticationLog } from '../../../src/access/audit/authentication-log-store.ts'
import { axeFindings, openBrowser, skipReason } from '../../kit/browser.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { freePort } from '../../kit/free-port.ts'
import { startTestService, type TestService } from '../../kit/service.ts'

describe.skipIf(skipReason)(`passkeys in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let service: TestService
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let authenticator: { session: CDPSession; id: string }
  /** What the browser complained about: a script or a style that the page's policy refuses, for instance. */
  const complaints: string[] = []
  /** The headers of the forms that were sent. */
  const posted: { readonly path: string; readonly headers: Record<string, string> }[] = []

  beforeAll(async () => {
    const port = await freePort()
    // Passkeys belong to a name, and to no number.
    const url = `http://localhost:${port}`
    service = await startTestService({ PORT: String(port), PUBLIC_URL: url, SECOND_FACTOR: 'required' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  async function newBrowser() {
    context = await browser.newContext()
    page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 400/.test(message.text())) complaints.push(message.text())
    })
    page.on('request', (request) => {
      if (request.method() === 'POST')
        void request
          .allHeaders()
          .then((headers) => posted.push({ path: new URL(request.url()).pathname, headers }))
    })
    const session = await context.newCDPSession(page)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    authenticator = { session, id: authenticatorId }
  }

  async function openLink(staff: Awaited<ReturnType<typeof hireStaff>>) {
    const token = await signInToken(service.database.knex, staff, new Date())
    await page.goto(`${service.url}/finance/sign-in/${token}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return token
  }

  test('are made right after the link, asked for at the next sign-in, and used for nothing else', async () => {
    await newBrowser()
    const staff = await hireStaff(service.database.knex, 'finance')
    // A page that was asked for while signed out opens in the end.
    await page.goto(`${service.url}/finance/reports?wanted=1`)
    expect(new URL(page.url()).pathname).toBe('/finance/sign-in')
    const token = await openLink(staff)
    await page.waitForURL('**/finance/account/second-factor')
    expect(await axeFindings(page)).toEqual([])
    await page.getByLabel('What you call it').fill('My laptop')
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor()
    expect(await page.locator('.codes code').count()).toBe(10)
    await page.getByRole('link', { name: 'I have kept them' }).click()
    expect(page.url()).toBe(`${service.url}/finance/reports?wanted=1`)

    await page.getByRole('link', { name: staff.email }).click()
    await page.getByText('Passkey “My laptop”').waitFor()
    await page.getByText('Chrome on Linux').waitFor()
    await page.locator('.masthead').getByRole('button', { name: 'Sign out' }).click()

    await openLink(staff)
    await page.waitForURL('**/finance/sign-in/second-factor')
    await page.getByRole('button', { name: 'Use your passkey' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForURL(/\/finance$/)

    const [stored] = await service.database.knex('staff_passkeys').where({ staff_id: staff.id })
    expect(stored.last_used_at).not.toBeNull()
    const log = await readAuthenticationLog(service.database.knex, {
      since: new Date(0),
      email: staff.email,
    })
    expect(log.map(({ kind }) => kind)).toEqual([
      'second_factor_asked',
      'signed_in',
      'signed_out',
      'second_factor_asked',
      'signed_in',
    ])

    // The forms name their origin, which browsers without Sec-Fetch-Site are known by, and no address with a secret in it.
    expect(posted.map(({ path }) => path)).toContain('/finance/sign-in/confirm')
    for (const { headers } of posted) {
      expect(headers['origin']).toBe(service.url)
      expect(headers['referer'] ?? '').not.toContain(token)
    }
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)

  test('answer each question once: a copy of the answer opens neither this session nor another one', async () => {
    await newBrowser()
    const staff = await hireStaff(service.database.knex, 'admin')
    await openLink(staff)
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.getByRole('link', { name: 'I have kept them' }).click()
    await page.locator('.masthead').getByRole('button', { name: 'Sign out' }).click()
    await openLink(staff)
    await page.waitForURL('**/finance/sign-in/second-factor')

    // The answer is kept back, sent once and sent again.
    let answer = ''
    await page.route('**/finance/sign-in/second-factor', async (route) => {
      if (route.request().method() === 'POST') answer = route.request().postData() ?? ''
      await route.fulfill({ status: 204 })
    })
    await page.getByRole('button', { name: 'Use your passkey' }).click()
    await expect.poll(() => answer).toContain('credential=')
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const send = () =>
      fetch(`${service.url}/finance/sign-in/second-factor`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Cookie: cookies, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: answer,
      })
    const answers = [await send(), await send()]
    expect(answers[0]?.status).toBe(303)
    // The session's key has changed, too: the same request comes from nobody now.
    expect(answers[1]?.headers.get('location')).toBe('/finance/sign-in')

    const again = await browser.newContext()
    const token = await signInToken(service.database.knex, staff, new Date())
    const confirmed = await again.request.post(`${service.url}/finance/sign-in/confirm`, { form: { token } })
    expect(confirmed.url()).toContain('/finance/sign-in/second-factor')
    // Like a passkey that does not count, which the browsers of several devices share: only the challenge is left.
    await service.database.knex('staff_passkeys').where({ staff_id: staff.id }).update({ counter: 0 })
    const replayed = await again.request.post(`${service.url}/finance/sign-in/second-factor`, {
      form: { credential: new URLSearchParams(answer).get('credential') ?? '' },
    })
    expect(replayed.status()).toBe(400)
    expect(await replayed.text()).toContain('That did not work')
    await again.close()
    await context.close()
  }, 60_000)

  test('that nobody confirms are said to have failed, and the question may be asked again', async () => {
    await newBrowser()
    const staff = await hireStaff(service.database.knex, 'admin')
    await openLink(staff)
    const { session, id } = authenticator
    await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id })
    await page.evaluate(`navigator.credentials.create = () => Promise.reject(new Error('no touch'))`)
    await page.getByRole('button', { name: 'Make a passkey' }).click()
    await page.getByText('nobody confirmed it in time').waitFor()
    expect(await page.getByRole('button', { name: 'Make a passkey' }).isEnabled()).toBe(true)
    await context.close()
  }, 60_000)

  test('are not offered without scripts, and the app is', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    page = await plain.newPage()
    const staff = await hireStaff(service.database.knex, 'finance')
    await openLink(staff)
    await page.getByText('Passkeys need scripts').waitFor()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    expect(await page.getByRole('button', { name: 'Add the app' }).isEnabled()).toBe(true)
    await plain.close()
  }, 60_000)
})
