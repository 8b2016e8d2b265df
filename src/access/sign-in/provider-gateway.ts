import type { Configuration } from 'openid-client'
import type { Logger } from 'pino'
import { Refusal } from '../../http/refusal.ts'
import type { ProviderSettings } from './sign-in-settings.ts'

/** Read where a provider is configured, when somebody first signs in with it. */
const openId = () => import('openid-client')

/** What a browser keeps between leaving for the provider and coming back. It is good for one sign-in. */
export type ProviderAttempt = { readonly state: string; readonly nonce: string; readonly verifier: string }

export type IdentityProvider = {
  /** Where the browser goes, and what it keeps. @throws Refusal unavailable when the provider cannot be reached */
  begin(): Promise<{ readonly url: string; readonly attempt: ProviderAttempt }>
  /**
   * The claims about whoever has come back, from a token that was checked: its signature, issuer, audience, nonce and time.
   * @param search of the address that the browser came back to, `?code=…&state=…`
   * @throws ProviderAnswerRefused for everything that is not the answer to this attempt, Refusal unavailable
   */
  finish(search: string, attempt: ProviderAttempt): Promise<Readonly<Record<string, unknown>>>
  /** Tells the operator why somebody got in no further. The page does not. @param reason a short code */
  logRefusal(reason: string): void
}

/** The provider did not vouch for anybody, or its answer is not one to this attempt. */
export class ProviderAnswerRefused extends Error {
  override readonly name = 'ProviderAnswerRefused'
}

const PATIENCE_SECONDS = 10
/** Keys and addresses of the provider are read anew after so long. */
const DISCOVERED_FOR_MS = 60 * 60_000

/** An OpenID Connect provider: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207). */
export function identityProvider(
  settings: ProviderSettings,
  options: { readonly callbackUrl: string; readonly clock: () => Date; readonly log: Logger },
): IdentityProvider {
  const { callbackUrl, clock, log } = options
  let discovered: { readonly config: Promise<Configuration>; readonly atMs: number } | null = null

  function configuration(): Promise<Configuration> {
    const nowMs = clock().getTime()
    if (discovered && nowMs - discovered.atMs < DISCOVERED_FOR_MS) return discovered.config
    const config = discover(settings).catch((cause: unknown) => {
      discovered = null // the next one who signs in asks again
      throw away(cause)
    })
    discovered = { config, atMs: nowMs }
    return config
  }

  return {
    logRefusal: (reason) => log.warn({ reason }, 'a sign-in at the identity provider was refused'),

    async begin() {
      const client = await openId()
      const config = await configuration()
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callbackUrl,
        scope: settings.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, attempt }
    },

    async finish(search, { state, nonce, verifier }) {
      const client = await openId()
      const config = await configuration()
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${callbackUrl}${search}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw new ProviderAnswerRefused('there is no ID token')
        if (typeof claims['email'] === 'string' || !config.serverMetadata().userinfo_endpoint) return claims
        // Many providers put the address into the token only when nobody can ask for it.
        const more = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
        return { ...more, ...claims }
      } catch (error) {
        if (error instanceof ProviderAnswerRefused) throw error
        if (isAway(error)) throw away(error)
        throw new ProviderAnswerRefused(codeOf(error), { cause: error })
      }
    },
  }
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<Configuration> {
  const client = await openId()
  const server = new URL(issuer)
  // The configuration allows http on this machine alone, and never in production.
  const execute = server.protocol === 'http:' ? [client.allowInsecureRequests] : []
  const options = { timeout: PATIENCE_SECONDS, execute }
  const config = await client.discovery(server, clientId, clientSecret, undefined, options)
  const methods = config.serverMetadata().token_endpoint_auth_methods_supported
  if (methods && !methods.includes('client_secret_basic')) return config
  // The usual way where a provider names several (OpenID Connect Core 1.0, section 9).
  return client.discovery(server, clientId, undefined, client.ClientSecretBasic(clientSecret), options)
}

function isAway(error: unknown): boolean {
  const name = error instanceof Error ? error.name : ''
  return error instanceof TypeError || name === 'TimeoutError' || codeOf(error).startsWith('OAUTH_TIMEOUT')
}

/** Short codes of what was wrong, the library's and the provider's (RFC 6749, section 5.2), and nothing else of an answer. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const given = 'error' in error && typeof error.error === 'string' ? error.error : ''
  return /^[a-z_]{1,40}$/.test(given) ? `${code} ${given}` : code
}

function away(cause: unknown): Refusal {
  return new Refusal('unavailable', 'The identity provider cannot be reached. Ask for a link by mail.', {
    cause,
  })
}
