import type { Stripe } from 'stripe'
import { z } from 'zod'
import { word } from './field-schema.ts'

/**
 * What Stripe itself says of a payment page: `open`: the reader has not paid and still can; `paid`: charged; `settling`:
 * the reader has finished and a bank debit is on its way; `expired`: closed without payment.
 */
export type SessionPayment = 'open' | 'paid' | 'settling' | 'expired'

/** Asks Stripe about one session. Null when Stripe does not answer in time, or may not be asked so often. Never throws. */
export type AskSessionPayment = (sessionId: string) => Promise<SessionPayment | null>

// A reader waits for the answer, and has waited two seconds for the event before.
const DEADLINE_MS = 2_000
// Stripe allows 25 reads a second for one endpoint. These are for readers whose event is late, so a few are enough, and a
// flood of made-up visits cannot use up what paying readers need.
const CALLS_PER_SECOND = 4
const REMEMBERED_MS = 3_000
const MOST_REMEMBERED = 200

const answerSchema = z.object({ object: z.literal('checkout.session'), status: word, payment_status: word })

/** @param clock milliseconds that only rise */
export function sessionPayments(deps: {
  readonly stripe: Stripe
  readonly log: { info(details: object, message: string): void }
  readonly clock?: () => number
}): AskSessionPayment {
  const { stripe, log, clock = () => performance.now() } = deps
  const remembered = new Map<
    string,
    { readonly atMs: number; readonly answer: Promise<SessionPayment | null> }
  >()
  const calledMs: number[] = []

  const ask = async (sessionId: string): Promise<SessionPayment | null> => {
    try {
      const call = { timeout: DEADLINE_MS, maxNetworkRetries: 0 }
      const read = answerSchema.safeParse(await stripe.checkout.sessions.retrieve(sessionId, {}, call))
      return read.success ? paymentOf(read.data) : null
    } catch (error) {
      log.info({ err: error }, 'Stripe did not say whether a session was paid')
      return null
    }
  }

  return (sessionId) => {
    const nowMs = clock()
    const known = remembered.get(sessionId)
    if (known && nowMs - known.atMs < REMEMBERED_MS) return known.answer
    while (calledMs[0] !== undefined && nowMs - calledMs[0] >= 1_000) calledMs.shift()
    if (calledMs.length >= CALLS_PER_SECOND) return Promise.resolve(null)
    calledMs.push(nowMs)
    const answer = ask(sessionId)
    remembered.delete(sessionId)
    remembered.set(sessionId, { atMs: nowMs, answer })
    const [oldest] = remembered.keys()
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    return answer
  }
}

function paymentOf(session: {
  readonly status: string
  readonly payment_status: string
}): SessionPayment | null {
  if (session.payment_status === 'paid' || session.payment_status === 'no_payment_required') return 'paid'
  switch (session.status) {
    case 'open':
      return 'open'
    case 'expired':
      return 'expired'
    case 'complete':
      return 'settling'
    default:
      return null
  }
}
