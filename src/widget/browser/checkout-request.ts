import type { Intention } from './intention.ts'

export type CheckoutAnswer =
  /** The address of Stripe's payment page, and the id by which the service knows it. */
  | { readonly url: string; readonly id: string }
  | {
      /** `unreachable`: no answer in time, or none that could be used; the same key may be tried again. */
      readonly problem: 'unreachable' | 'tooManyTries' | 'refused'
      /** The service's own reason. */
      readonly message?: string | undefined
      readonly aboutAmount?: boolean
    }

const UNREACHABLE: CheckoutAnswer = { problem: 'unreachable' }
/** The browser refuses the request, and would refuse it again. */
const BLOCKED: CheckoutAnswer = { problem: 'unreachable' }

/** What the site's maintainer has to change when the browser itself refused a request; null: the network failed. */
export type SetUpMistake = (service: string, signal: AbortSignal) => Promise<string | null>

/** For all tries together. The service itself stops waiting for Stripe after 10 s. */
const DEADLINE_MS = 12_000
const PAUSES_MS = [400, 1200, 2500]

/** Requests a checkout session, and tries again with the same key while the network or the service is unavailable. */
export async function requestCheckout(
  service: string,
  intention: Intention,
  key: string,
  setUpMistake: SetUpMistake,
  challengeAnswer = '',
): Promise<CheckoutAnswer> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), DEADLINE_MS)
  try {
    for (const pause of [...PAUSES_MS, null]) {
      const answer = await once(service, intention, key, setUpMistake, stop.signal, challengeAnswer)
      // The reader may take a while: the deadline begins again with the answer.
      if ('challenge' in answer) {
        clearTimeout(timer)
        const answered = challengeAnswer === '' && (await answerTo(answer.challenge, service))
        return answered ? requestCheckout(service, intention, key, setUpMistake, answered) : answer.refusal
      }
      if (answer !== UNREACHABLE || pause === null || stop.signal.aborted) return answer
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return UNREACHABLE
  } finally {
    clearTimeout(timer)
  }
}

async function once(
  service: string,
  intention: Intention,
  key: string,
  setUpMistake: SetUpMistake,
  signal: AbortSignal,
  challengeAnswer: string,
): Promise<CheckoutAnswer | Challenged> {
  try {
    const response = await fetch(`${service}/checkout-sessions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(challengeAnswer && { 'challenge-answer': challengeAnswer }),
      },
      body: JSON.stringify(intention),
      credentials: 'omit',
      signal,
    })
    // A 5xx or 408 may be temporary; every other refusal is final for this body.
    const body: unknown = await response.json().catch(() => null)
    // A switch is off on purpose, so that asking again is no use.
    if (text(body, 'reason')) return refusal(body)
    if (response.status >= 500 || response.status === 408) return UNREACHABLE
    if (response.status === 428) return { challenge: field(body, 'challenge'), refusal: refusal(body) }
    if (response.status === 429) return { problem: 'tooManyTries' }
    if (!response.ok) return refusal(body)
    const url = text(body, 'url')
    return url && goesToPayment(url, service) ? { url, id: text(body, 'id') ?? '' } : UNREACHABLE
  } catch {
    const mistake = signal.aborted ? null : await setUpMistake(service, signal)
    if (mistake === null) return UNREACHABLE
    // oxlint-disable-next-line no-console -- the maintainer of another site has no other place to look
    console.error(`<reader-donation>: ${mistake}`)
    return BLOCKED
  }
}

/** The service asks for a challenge to be answered first, by a script of its own that nobody else has to load. */
type Challenged = { readonly challenge: unknown; readonly refusal: CheckoutAnswer }

type ChallengeScript = { answer(challenge: unknown): Promise<string | null> }

async function answerTo(challenge: unknown, service: string): Promise<string | null> {
  try {
    const script = (await import(`${service}/challenge.js`)) as ChallengeScript // the service builds it of challenge.ts
    return await script.answer(challenge)
  } catch {
    return null
  }
}

/** Allows plain http only where the service itself is reached over http, and never `javascript:`. */
function goesToPayment(url: string, service: string): boolean {
  return url.startsWith('https://') || (url.startsWith('http://') && service.startsWith('http://'))
}

function refusal(problem: unknown): CheckoutAnswer {
  const errors: unknown = field(problem, 'errors')
  const first: unknown = Array.isArray(errors) ? errors[0] : null
  const message = text(first, 'message') ?? text(problem, 'detail') ?? text(problem, 'title')
  return {
    problem: 'refused',
    message,
    aboutAmount: /^\/(amount|currency)/.test(text(first, 'pointer') ?? ''),
  }
}

function field(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name) // a value that is no object has no such field
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}
