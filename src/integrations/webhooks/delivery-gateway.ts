import { request as requestInClear, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { isLoopback } from '../../http/loopback.ts'
import { isPublicAddress, lookupWhere, NotPublic } from '../public-address-gateway.ts'
import type { Failure, Reach } from './endpoint.ts'

const TIMEOUT_MS = 15_000
/** Of the answer no more is read. */
const ANSWER_BYTES = 1_024
const SHOWN_CHARACTERS = 300

/** What became of one try. */
export type Answered = {
  /** Null: the endpoint took it, with an answer of 200 to 299. */
  readonly failure: Failure | null
  readonly code: number | null
  readonly start: string | null
}

export type PostDelivery = (
  url: string,
  delivery: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly signal: AbortSignal
  },
) => Promise<Answered>

/** Nothing of a production may be led into its own network. Elsewhere one tries a receiver on one's own machine. */
export function reachIn(deployment: 'production' | 'development' | 'trial'): Reach {
  return deployment === 'production' ? 'public' : 'local'
}

export type AddressProblem = 'not_a_url' | 'not_https' | 'not_public'

/** What is wrong with an address as it is written. What its name resolves to is checked at every delivery. */
export function addressProblem(text: string, reach: Reach): AddressProblem | null {
  const problem = problemOf(text, reach)
  if (problem !== null || reach === 'local') return problem
  const host = (URL.parse(text)?.hostname ?? '').replace(/\.$/, '')
  return isLoopback(host) || host.endsWith('.localhost') ? 'not_public' : null
}

/** All of it but names, which are resolved and checked for each connection. */
function problemOf(text: string, reach: Reach): AddressProblem | null {
  const url = URL.parse(text)
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return 'not_a_url'
  if (url.protocol !== 'https:' && !(reach === 'local' && url.protocol === 'http:')) return 'not_https'
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(literal) === 0 || isAllowed(literal, reach) ? null : 'not_public'
}

function isAllowed(address: string, reach: Reach): boolean {
  return isPublicAddress(address) || (reach === 'local' && isLoopback(address))
}

/** Posts deliveries. A redirect is an answer like any other, and counts as a failure: it is not followed. */
export function deliveryGateway(reach: Reach, timeoutMs = TIMEOUT_MS): PostDelivery {
  const lookup = lookupWhere((address) => isAllowed(address, reach))
  return (url, { headers, body, signal }) => {
    // A connection to an address looks nothing up.
    if (problemOf(url, reach) !== null) return Promise.resolve(failed('not_public'))
    const late = AbortSignal.timeout(timeoutMs)
    return new Promise((resolve) => {
      const begin = url.startsWith('https:') ? request : requestInClear
      const sending = begin(
        url,
        {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json', 'User-Agent': 'reader-donations' },
          lookup,
          agent: false,
          signal: AbortSignal.any([signal, late]),
        },
        (answer) => resolve(answered(answer).finally(() => sending.destroy())),
      )
      // The error is not logged: it may name the address, which can be a secret.
      sending.on('error', (error) =>
        resolve(failed(error instanceof NotPublic ? 'not_public' : late.aborted ? 'timeout' : 'unreachable')),
      )
      sending.end(body)
    })
  }
}

async function answered(answer: IncomingMessage): Promise<Answered> {
  const code = answer.statusCode ?? 0
  return { failure: code >= 200 && code < 300 ? null : 'answer', code, start: await startOf(answer) }
}

function failed(failure: Failure): Answered {
  return { failure, code: null, start: null }
}

/** The answer's first characters, as text that Postgres can store. An answer that breaks off is what came of it. */
async function startOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of answer) {
      // No encoding is set, so every chunk is a buffer.
      const bytes = chunk as Buffer
      chunks.push(bytes)
      length += bytes.length
      if (length >= ANSWER_BYTES) break
    }
  } catch {
    // Too late, or broken off: the status has come, and decides.
  }
  const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8')
  return text
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, SHOWN_CHARACTERS)
}
