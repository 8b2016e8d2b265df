import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a call under a new key goes: Stripe keeps `fails` for the key, and forgets `hangs up` although it made the session. */
type Outcome = 'works' | 'fails' | 'hangs up'

/** A Stripe that remembers by key what it answered, errors as well, as the real one does. */
export type ForgetfulStripe = {
  readonly url: string
  /** The idempotency keys in the order of the calls. */
  readonly keys: string[]
  /** When they came, in ms. */
  readonly times: number[]
  /** How many sessions exist. */
  readonly sessions: () => number
  /** The outcomes of the next new keys; all later ones work. */
  next(...outcomes: Outcome[]): void
  close(): Promise<void>
}

export async function forgetfulStripe(): Promise<ForgetfulStripe> {
  const kept = new Map<string, { readonly status: number; readonly body: string }>()
  const keys: string[] = []
  const times: number[] = []
  const coming: Outcome[] = []
  let sessions = 0

  const answerTo = (key: string): { status: number; body: string } | null => {
    const known = kept.get(key)
    if (known) return known
    const outcome = coming.shift() ?? 'works'
    if (outcome !== 'fails') sessions += 1
    const id = `cs_test_${randomUUID().replaceAll('-', '')}`
    const body =
      outcome === 'fails'
        ? { error: { type: 'api_error', message: 'Something went wrong on Stripe’s end.' } }
        : {
            object: 'checkout.session',
            id,
            url: `https://checkout.stripe.com/c/pay/${id}`,
            expires_at: Math.floor(Date.now() / 1000) + 3600,
          }
    const answer = { status: outcome === 'fails' ? 500 : 200, body: JSON.stringify(body) }
    kept.set(key, answer)
    return outcome === 'hangs up' ? null : answer
  }

  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const key = String(request.headers['idempotency-key'])
      if (request.method === 'POST') {
        keys.push(key)
        times.push(Date.now())
      }
      const answer = answerTo(key)
      if (answer) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
      else request.socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    times,
    sessions: () => sessions,
    next: (...outcomes) => void coming.push(...outcomes),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
