import { badParameter, unauthorized } from './errors.ts'

/**
 * Any test key opens the offline Stripe; a live key must never be sent here.
 * @throws StripeRefusal 401. The key itself is not repeated.
 */
export function checkApiKey(authorization: string): void {
  const key = /^Bearer (.+)$/i.exec(authorization)?.[1]
  if (key === undefined) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  }
  if (/^(sk|rk)_live_/.test(key)) {
    throw unauthorized('This is the offline Stripe: it takes test keys (sk_test_…) only, never a live key.')
  }
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw unauthorized(
      'Invalid API Key provided. The offline Stripe takes any key that starts with sk_test_.',
    )
  }
}

/** @throws StripeRefusal when the caller asks for another API version than the one spoken here. */
export function checkVersion(asked: string, spoken: string): void {
  if (asked === '' || asked === spoken) return
  throw badParameter(undefined, `Invalid Stripe API version: ${asked}. The offline Stripe speaks ${spoken}.`)
}
