import { createHash, randomBytes } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import type { CountingLimiter, RateLimit } from '../http/rate-limit.ts'
import type { TextFor } from '../text/text.ts'
import type { Step } from './attack-mode.ts'
import type { Caller } from './caller-limits.ts'
import type { Challenges, Gift, IssuedChallenge } from './challenge.ts'
import type { ProofCheck } from './challenge-proofs-gateway.ts'
import { AnswerUnverifiable } from './checkout-refusals.ts'
import type { ProtectionOutcome } from './protection-state.ts'
import { spendChallenge } from './protection-store.ts'
import { TERMS } from './protection-terms.ts'

/** A valid request for a checkout. */
export type Asked = Gift & {
  /** BCP 47, for what the reader reads. */
  readonly locale: string | null
  /** The challenge's token and the proof; null when the request answers none. */
  readonly answer: { readonly token: string; readonly proof: string } | null
  /** By what a repeated request is known; null when nothing tells it. */
  readonly repeatKey: string | null
}

/** What is left of a challenge that a reader answers by waiting. */
export type Started = Pick<IssuedChallenge, 'id' | 'bits' | 'waitSeconds'>

/**
 * `answered` with a proof, `waited` for as long as the challenge says, `none` without a right answer of its own; or the
 * challenge that goes on, because its time has not come yet.
 */
export type Answer = 'none' | 'answered' | 'waited' | Started

/** Readers without scripts are counted over so many seconds. */
export const WAIT_WINDOW_SECONDS = 600
/** Too many readers without scripts have got through: how long until another try. */
const WAIT_AGAIN_SECONDS = 30

/**
 * Whether a request answers a challenge of ours rightly, and for the first time.
 * @param check says whether a proof is right: see `challenge-proofs-gateway.ts`
 * @param limiter makes a limiter of that name
 * @returns a function that throws AnswerUnverifiable in attack mode while the provider is away
 */
export function challengeAnswers(deps: {
  readonly db: Queryable
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly challenges: Challenges
  readonly check: ProofCheck
  readonly clock: () => Date
  readonly textFor: TextFor
  readonly note: (outcome: ProtectionOutcome) => void
}): (step: Step, caller: Caller, asked: Asked) => Promise<Answer> {
  const { db, limiter, challenges, check, clock, textFor, note } = deps
  // The points only say from when on this process remembers by itself: a step's own numbers decide.
  const waits = {
    points: Math.max(...Object.values(TERMS).map((one) => one.waits.inAll)),
    seconds: WAIT_WINDOW_SECONDS,
  }
  const waiting = { network: limiter('waiting-network', waits), all: limiter('waiting', waits) }

  /** Few readers without scripts get through in a time, so that waiting is no way around the challenge. */
  const mayWait = async (step: Step, { network }: Caller): Promise<boolean> => {
    const { ofNetwork, inAll } = TERMS[step].waits
    const own = network === null ? null : await waiting.network.count(network)
    if (own !== null && (own.waitMs !== null || own.tries > ofNetwork)) return false
    const all = await waiting.all.count('all')
    return all.waitMs === null && all.tries <= inAll
  }

  /** Null: whoever has waited for as long as the challenge says may go on. Otherwise the same challenge goes on. */
  const stillToWait = async (
    issued: IssuedChallenge,
    step: Step,
    caller: Caller,
  ): Promise<Started | null> => {
    const { id, bits, waitSeconds } = issued
    const leftMs = issued.issuedAt.getTime() + waitSeconds * 1000 - clock().getTime()
    if (leftMs > 0) return { id, bits, waitSeconds: Math.ceil(leftMs / 1000) }
    if (await mayWait(step, caller)) return null
    note('waiting_refused')
    return { id, bits, waitSeconds: WAIT_AGAIN_SECONDS }
  }

  return async (step, caller, asked) => {
    if (asked.answer === null) return 'none'
    const { token, proof } = asked.answer
    const issued = challenges.recognise(token, asked, clock())
    const verdict = issued === null || proof === '' ? null : await check(proof, issued)
    if (issued === null || verdict === 'wrong') {
      note('wrong_answer')
      return 'none'
    }
    if (verdict === 'unverifiable') {
      note('unverifiable')
      // The provider is away: that lets everybody through, unless somebody tries stolen cards at this moment.
      if (step > 0) throw new AnswerUnverifiable(textFor(asked.locale))
    }
    const left = verdict === null ? await stillToWait(issued, step, caller) : null
    if (left) return left
    const usedFor = createHash('sha256')
      .update(asked.repeatKey ?? randomBytes(16))
      .digest('base64url')
    if (!(await spendChallenge(db, issued.id, usedFor, issued.expiresAt))) {
      note('wrong_answer')
      return 'none'
    }
    const answer = verdict === null ? 'waited' : 'answered'
    note(answer)
    return answer
  }
}
