import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { saveControl } from '../../../src/protection/protection-store.ts'
import { openBrowser, skipReason } from '../../kit/browser.ts'
import {
  startChallengeProvider,
  variablesFor,
  type ChallengeProvider,
  type ProviderKind,
} from '../../kit/challenge-provider.ts'
import { startTestService, type TestService } from '../../kit/service.ts'

/** The whole road of a challenge by Turnstile and by hCaptcha, played by a server on this machine. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const AWAY =
  'We could not make sure that you are a person. Nothing was charged. Please try again in a minute.'
const GIFT = { amount: 500, currency: 'usd' }

describe.skipIf(skipReason).each(['turnstile', 'hcaptcha'] as const)('with %s', (kind: ProviderKind) => {
  let service: TestService
  let browser: Browser
  let provider: ChallengeProvider

  beforeAll(async () => {
    provider = await startChallengeProvider(kind)
    const limits = { TRUSTED_PROXIES: '127.0.0.1', CHECKOUT_LIMIT_PER_ADDRESS: '2' }
    service = await startTestService({ ...variablesFor(kind), ...limits }, { trial: true })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await provider?.close()
  })
  beforeEach(() => {
    provider.mode = 'right'
    provider.asked.length = 0
  })

  const attack = async (control: 'on' | 'off') => {
    await saveControl(service.database.pool, control)
    service.forwardMs(2_000)
  }

  async function open(): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    // The demo's own policy allows this site alone; a newsroom's site allows its provider.
    await page.route('**/demo', async (route) => {
      const response = await route.fetch()
      const { 'content-security-policy': _policy, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    return { context, page }
  }
  async function give(page: Page, address = '/donate?amount=500'): Promise<void> {
    await page.goto(`${service.url}${address}`)
    await page
      .getByRole('button', { name: /\$|Continue/ })
      .last()
      .click()
  }
  const atPayment = (page: Page) => page.waitForURL(`${service.sandboxUrl}/c/pay/**`)

  /** The button appears by a style that no clock of a test moves, so the form is sent as the button would. */
  async function waitAndGoOn(page: Page): Promise<void> {
    service.forwardMs(11_000)
    await page.evaluate("document.querySelector('form.challenge').submit()")
  }

  it.each(['/donate?amount=500', '/demo'])('a reader gives at %s', async (address) => {
    await attack('on')
    const { context, page } = await open()
    const complaints: string[] = []
    page.on('console', (message) => {
      // The answer 428 is one that the browser names; a broken policy would be another.
      if (message.type() === 'error' && !message.text().includes('428')) complaints.push(message.text())
    })
    await provider.serve(context)
    await give(page, address)
    await atPayment(page)
    expect(complaints).toEqual([])
    const sitekey = kind === 'hcaptcha' ? { sitekey: 'site-key' } : {}
    expect(provider.asked).toEqual([
      { secret: 'the-secret', response: expect.stringMatching(/^token-/), ...sitekey },
    ])
    await context.close()
  })

  it('a refused answer is not given again by itself: the reader waits and goes on', async () => {
    await attack('on')
    provider.mode = 'refusing'
    const { context, page } = await open()
    await provider.serve(context)
    await give(page)
    await page.getByText('This takes a little longer than usual.').waitFor()
    expect(provider.asked).toHaveLength(1)
    await waitAndGoOn(page)
    await atPayment(page)
    expect(provider.asked).toHaveLength(1)
    await context.close()
  })

  it('a script that cannot be loaded is said at once, and the reader waits and goes on', async () => {
    await attack('on')
    const { context, page } = await open()
    await context.route(/cloudflare|hcaptcha/, (route) => route.abort())
    await give(page)
    await page.getByText('This takes a little longer than usual.').waitFor({ timeout: 5_000 })
    await waitAndGoOn(page)
    await atPayment(page)
    expect(provider.asked).toEqual([])
    await context.close()
  })

  it('while the provider is silent in attack mode, nothing opens and the reader is asked to come back', async () => {
    await attack('on')
    provider.mode = 'silent'
    const { context, page } = await open()
    await provider.serve(context)
    await give(page)
    await page.getByText(AWAY).waitFor()
    expect(new URL(page.url()).origin).toBe(service.url)
    await context.close()
  })

  /** Many through one proxy that is not ours: each answers a challenge, attack or not. */
  const SHARED = { 'X-Forwarded-For': '81.2.69.160, 104.16.0.9' }
  const answered = async (): Promise<Response> => {
    let asked = await service.checkout(GIFT, SHARED)
    for (let n = 0; n < 4 && asked.status === 201; n += 1) asked = await service.checkout(GIFT, SHARED)
    expect(asked.status).toBe(428)
    const { challenge } = (await asked.json()) as { challenge: { kind: string; token: string } }
    expect(challenge.kind).toBe(kind)
    const header = { 'Challenge-Answer': `${challenge.token}:${provider.issue()}` }
    return service.checkout(GIFT, { ...SHARED, ...header })
  }

  it.each([
    ['silent', 'silent'],
    ['failing', 'failing'],
    ['set up with a wrong secret', 'broken'],
  ] as const)('while it is %s, readers pass, and in attack mode they come back', async (_, mode) => {
    provider.mode = mode
    await attack('off')
    expect((await answered()).status).toBe(201)
    await attack('on')
    service.forwardMs(11 * 60_000)
    const refused = await answeredInAttack(`81.2.70.${address++}`)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBe(30)
    expect(await refused.json()).toMatchObject({ detail: AWAY })
  })
  let address = 1
  const answeredInAttack = async (from: string): Promise<Response> => {
    const reader = { 'X-Forwarded-For': from }
    const asked = await service.checkout(GIFT, reader)
    expect(asked.status).toBe(428)
    const { challenge } = (await asked.json()) as { challenge: { token: string } }
    const header = { 'Challenge-Answer': `${challenge.token}:${provider.issue()}` }
    return service.checkout(GIFT, { ...reader, ...header })
  }

  it('a token is good once, and a wrong one is refused', async () => {
    await attack('off')
    expect((await answered()).status).toBe(201)
    const [{ response = '' } = {}] = provider.asked
    const asked = await service.checkout(GIFT, SHARED)
    const { challenge } = (await asked.json()) as { challenge: { token: string } }
    for (const token of [response, 'token-of-nobody'])
      expect(
        (await service.checkout(GIFT, { ...SHARED, 'Challenge-Answer': `${challenge.token}:${token}` }))
          .status,
      ).toBe(428)
  })
})
