import type { Intention } from './intention.ts'

export type CheckoutAnswer =
  | { readonly kind: 'session'; readonly url: string }
  /** The service said no; `field` when its words are about the amount. */
  | { readonly kind: 'refused'; readonly message: string; readonly aboutAmount: boolean }
  /** No answer in time, or none that could be used. The same key may be tried again. */
  | { readonly kind: 'unreachable' }

/** Over all tries: the service itself gives up on Stripe after 10 s, and nobody waits much longer. */
const DEADLINE_MS = 12_000
const PAUSES_MS = [400, 1200, 2500]

/** Asks for a checkout session, again with the same key when the network or the service is away for a moment. */
export async function requestCheckout(
  origin: string,
  intention: Intention,
  key: string,
): Promise<CheckoutAnswer> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), DEADLINE_MS)
  try {
    for (const pause of [...PAUSES_MS, null]) {
      const answer = await once(origin, intention, key, stop.signal)
      if (answer.kind !== 'unreachable' || pause === null || stop.signal.aborted) return answer
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return { kind: 'unreachable' }
  } finally {
    clearTimeout(timer)
  }
}

async function once(
  origin: string,
  intention: Intention,
  key: string,
  signal: AbortSignal,
): Promise<CheckoutAnswer> {
  try {
    const response = await fetch(`${origin}/checkout-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(intention),
      credentials: 'omit',
      signal,
    })
    // 5xx and 408 may pass; every other refusal is final for this body.
    if (response.status >= 500 || response.status === 408) return { kind: 'unreachable' }
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) return refusal(response.status, body)
    const url = text(body, 'url')
    return url && goesToPayment(url, origin) ? { kind: 'session', url } : { kind: 'unreachable' }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** Plain http only while the service itself is tried out over http; never `javascript:`. */
function goesToPayment(url: string, origin: string): boolean {
  return url.startsWith('https://') || (url.startsWith('http://') && origin.startsWith('http://'))
}

function refusal(status: number, problem: unknown): CheckoutAnswer {
  const errors: unknown = field(problem, 'errors')
  const first: unknown = Array.isArray(errors) ? errors[0] : null
  const message = text(first, 'message') ?? text(problem, 'detail') ?? text(problem, 'title')
  if (status === 429)
    return { kind: 'refused', message: 'That was a lot of tries. Please wait a minute.', aboutAmount: false }
  return {
    kind: 'refused',
    message: message ?? 'This did not work.',
    aboutAmount: /^\/(amount|currency)/.test(text(first, 'pointer') ?? ''),
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}
