import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** What the provider says of the person who signs in next. */
export type ProvidedPerson = {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly groups?: string | readonly string[]
  /** How they proved it was them, `['pwd', 'mfa']` say. */
  readonly amr?: readonly string[]
}

export type TestProvider = {
  readonly issuer: string
  person: ProvidedPerson
  /** How often it gave tokens for a code. */
  readonly grants: number
  /** Follows the way from the authorization address, as a browser would. @returns the address that it leads back to */
  walk(authorizationUrl: string): Promise<URL>
  close(): Promise<void>
}

export const CLIENT = { id: 'reader-donations', secret: 'known-to-the-tests-and-the-provider-only' }

/** A real OpenID Connect provider over HTTP, which signs in `person` without asking. */
export async function startProvider(redirectUris: readonly string[]): Promise<TestProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP, so neither a pipe's name nor null
  const issuer = `http://127.0.0.1:${port}`
  let person: ProvidedPerson = { sub: 'nobody' }
  let grants = 0
  const people = new Map<string, ProvidedPerson>()

  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirectUris] }],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['groups'] },
    cookies: { keys: ['a key of the tests only'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => {
        const { amr: _, ...claims } = people.get(id) ?? { sub: id }
        return { ...claims, sub: id }
      },
    }),
  })
  provider.on('grant.success', () => (grants += 1))
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res)
    if (prompt.name === 'login') {
      people.set(person.sub, person)
      const login = { accountId: person.sub, ...(person.amr ? { amr: [...person.amr] } : {}) }
      return provider.interactionFinished(ctx.req, ctx.res, { login })
    }
    const grant = new provider.Grant({
      accountId: session?.accountId ?? '',
      clientId: String(params['client_id']),
    })
    grant.addOIDCScope(String(params['scope']))
    return provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } })
  })
  server.on('request', provider.callback())

  return {
    issuer,
    get person() {
      return person
    },
    set person(next) {
      person = next
    },
    get grants() {
      return grants
    },
    async walk(authorizationUrl) {
      const cookies = new Map<string, string>()
      let url = new URL(authorizationUrl)
      for (let steps = 0; steps < 10 && url.origin === issuer; steps++) {
        const header = [...cookies].map((pair) => pair.join('=')).join('; ')
        const answer = await fetch(url, { redirect: 'manual', headers: { Cookie: header } })
        for (const cookie of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
          cookies.set(name, value)
        }
        const location = answer.headers.get('Location')
        if (location === null)
          throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`)
        url = new URL(location, url)
      }
      return url
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
