import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext } from 'playwright-core'
import { vi } from 'vitest'

/**
 * What a provider's server does about an answer. `silent`: it takes the request and says nothing. `refusing`: the answer is
 * wrong. `broken`: our own secret is.
 */
type Mode = 'right' | 'refusing' | 'broken' | 'silent' | 'failing'

export type ChallengeProvider = {
  mode: Mode
  /** What siteverify was asked, in order. */
  readonly asked: Readonly<Record<string, string>>[]
  /** A token as the provider's script gives it to a page. */
  issue(): string
  /** Lets the browser find the provider's script here. */
  serve(context: BrowserContext): Promise<void>
  close(): Promise<void>
}

const SECRET = 'the-secret'
const SITE_KEY = 'site-key'

/** The addresses of the real providers, and the name that each one's script defines. */
const PROVIDERS = {
  turnstile: {
    script: 'https://challenges.cloudflare.com/**',
    verify: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  },
  hcaptcha: { script: 'https://js.hcaptcha.com/**', verify: 'https://api.hcaptcha.com/siteverify' },
} as const
export type ProviderKind = keyof typeof PROVIDERS

/** How a service is set up for it. */
export const variablesFor = (kind: ProviderKind) => ({
  CHALLENGE: kind,
  CHALLENGE_SITE_KEY: SITE_KEY,
  CHALLENGE_SECRET: SECRET,
})

/**
 * A provider on this machine, with the answers that the real ones document: a script that defines `render`, and siteverify,
 * which takes a form and knows each token once. Requests of this process to the real siteverify go to it, over HTTP.
 * https://developers.cloudflare.com/turnstile/get-started/server-side-validation and https://docs.hcaptcha.com
 */
export async function startChallengeProvider(kind: ProviderKind): Promise<ChallengeProvider> {
  const fresh = new Set<string>()
  const asked: Record<string, string>[] = []
  const issue = (): string => {
    const token = `token-${randomUUID()}`
    fresh.add(token)
    return token
  }
  const errorsOf = (form: Record<string, string>): string[] => {
    if (provider.mode === 'broken' || form['secret'] !== SECRET) return ['invalid-input-secret']
    if (provider.mode === 'refusing') return ['invalid-input-response']
    if (kind === 'hcaptcha' && form['sitekey'] !== SITE_KEY) return ['sitekey-secret-mismatch']
    return fresh.delete(form['response'] ?? '') ? [] : ['timeout-or-duplicate']
  }
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/javascript')
      response.end(`window.${kind} = { render: (container, { sitekey, callback }) => {
        container.textContent = 'The challenge of ' + sitekey
        setTimeout(() => callback('${issue()}'), 50)
      } }`)
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()))
      asked.push(form)
      if (provider.mode === 'silent') return
      if (provider.mode === 'failing') {
        response.statusCode = 503
        response.end('Service Unavailable')
        return
      }
      const errors = errorsOf(form)
      response.setHeader('content-type', 'application/json')
      const hostname = '127.0.0.1'
      response.end(JSON.stringify({ success: errors.length === 0, hostname, 'error-codes': errors }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // listening on TCP
  const real = globalThis.fetch
  const redirected = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation((input, options) => real(input === PROVIDERS[kind].verify ? url : input, options))
  const provider: ChallengeProvider = {
    mode: 'right',
    asked,
    issue,
    serve: async (context) => {
      await context.route(PROVIDERS[kind].script, async (route) =>
        route.fulfill({ response: await route.fetch({ url }) }),
      )
    },
    close: () => {
      redirected.mockRestore()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return provider
}
