import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Queryable } from '../db/database.ts'
import type { Callers } from '../http/client-ip.ts'
import { tooManyTries, type CountingLimiter, type RateLimit } from '../http/rate-limit.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import { readerTexts, type TextFor } from '../text/text.ts'
import type { Step } from './attack-mode.ts'
import { callerLimits, type Caller, type CallerLimits } from './caller-limits.ts'
import { challengeAnswers, WAIT_WINDOW_SECONDS, type Asked, type Started } from './challenge-answers.ts'
import { challenges, type Challenges } from './challenge.ts'
import type { ChallengeSettings } from './challenge-settings.ts'
import { proofCheck, type ProofCheck } from './challenge-proofs-gateway.ts'
import { ChallengeRequired, GivingIsOff } from './checkout-refusals.ts'
import { currentState } from './current-state.ts'
import type { ProtectionOutcome } from './protection-state.ts'
import { bitsFor, demandOn, TERMS } from './protection-terms.ts'

/** How a checkout is served. */
export type Admission = {
  /** How suspicious the caller is, for the queue before Stripe: whoever has answered a challenge goes first, with 0. */
  readonly suspicion: number
  /** How long the payment page stays open: in attack mode as short as Stripe allows. */
  readonly expiry: 'usual' | 'short'
}

/** What stands before a checkout: `arrive` before the body is read, `admit` once it is known to be valid. */
export type CheckoutGuard = Pick<CallerLimits, 'callerOf'> & {
  /** @throws Refusal too_many_requests */
  arrive(request: IncomingMessage): Promise<Caller>
  /** @throws Refusal too_many_requests, ChallengeRequired, GivingIsOff or AnswerUnverifiable */
  admit(caller: Caller, asked: Asked): Promise<Admission>
  /** Whether new checkouts are switched off, for pages that say so before a reader chooses. */
  isGivingOff(): Promise<boolean>
}

/**
 * @param check says whether a proof is right: see `challenge-proofs-gateway.ts`
 * @param isCrowded whether many calls wait for Stripe
 * @param limiter makes a limiter of that name
 */
export function checkoutGuard(deps: {
  readonly db: Queryable
  readonly limits: CallerLimits
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly challenges: Challenges
  readonly check: ProofCheck
  readonly isCrowded: () => boolean
  /** So many a second are served without a challenge: as many calls as Stripe takes. */
  readonly perSecond: number
  readonly clock: () => Date
  readonly textFor: TextFor
  readonly note: (outcome: ProtectionOutcome) => void
}): CheckoutGuard {
  const { limits, challenges: issuer, isCrowded, clock, textFor, note } = deps
  const answerOf = challengeAnswers(deps)
  const state = currentState(deps.db, clock)
  const plain = lastSecond(deps.perSecond, clock)

  /** @param started a challenge that goes on, because its time has not come yet */
  const ask = (step: Step, caller: Caller, asked: Asked, started: Started | null): never => {
    if (started === null) note('challenged')
    const terms = {
      id: randomBytes(16).toString('base64url'),
      bits: bitsFor(step, caller),
      waitSeconds: TERMS[step].waitSeconds,
      now: clock(),
    }
    throw new ChallengeRequired(textFor(asked.locale), {
      ...issuer.issue(asked, terms),
      ...(started && {
        token: asked.answer?.token ?? '',
        salt: started.id,
        bits: started.bits,
        waitSeconds: started.waitSeconds,
      }),
    })
  }

  return {
    callerOf: limits.callerOf,
    isGivingOff: state.isGivingOff,
    async arrive(request) {
      return limits.count(request, TERMS[await state.step()].addressShare)
    },
    async admit(caller, asked) {
      if (await state.isGivingOff()) {
        note('giving_off')
        throw new GivingIsOff(textFor(asked.locale))
      }
      const step = await state.step()
      const waitMs = await limits.countAmongAll()
      const demand = demandOn({
        step,
        all: waitMs === null ? 'within' : 'beyond',
        isModest: limits.isModest(caller.tries),
        // Calls that were served just now may not have reached the queue yet.
        isCrowded: isCrowded() || plain.isFull(),
        isBeyondShared: caller.isBeyondShared,
        isShared: caller.isShared,
      })
      if (demand === 'refuse') {
        note(waitMs === null ? 'address' : 'all')
        throw tooManyTries(waitMs ?? WAIT_WINDOW_SECONDS * 1000)
      }
      const expiry = step > 0 ? 'short' : 'usual'
      if (demand === 'nothing') {
        plain.note()
        return { suspicion: limits.suspicion(caller.tries), expiry }
      }
      const answer = await answerOf(step, caller, asked)
      if (answer === 'answered') return { suspicion: 0, expiry }
      if (answer === 'waited') return { suspicion: limits.suspicion(caller.tries), expiry }
      return ask(step, caller, asked, answer === 'none' ? null : answer)
    },
  }
}

/** Whether `most` things have happened within the last second. */
function lastSecond(most: number, clock: () => Date) {
  const timesMs: number[] = []
  return {
    note(): void {
      timesMs.push(clock().getTime())
      if (timesMs.length > most) timesMs.shift()
    },
    isFull: () => timesMs.length >= most && (timesMs[0] ?? -Infinity) > clock().getTime() - 1_000,
  }
}

type Keys = readonly [string, ...string[]]

/** The guard of a running service: its limits, and challenges of the configured kind. */
export function checkoutGuardFor(deps: {
  readonly config: {
    readonly checkoutLimits: {
      readonly byAddress: RateLimit
      readonly byNetwork: RateLimit
      readonly inAll: RateLimit
      readonly perSecond: number
    }
    readonly challenge: ChallengeSettings
    readonly languages: ReaderLanguages
  }
  readonly db: Queryable
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly callers: Callers
  readonly keys: { readonly addressHashes: Keys; readonly challenges: Keys }
  readonly isCrowded: () => boolean
  readonly clock: () => Date
  readonly note: (outcome: ProtectionOutcome) => void
}): CheckoutGuard {
  const { config, keys, note } = deps
  const { kind, siteKey } = config.challenge
  const hashKey = keys.addressHashes[0]
  return checkoutGuard({
    ...deps,
    limits: callerLimits({ ...deps, limits: config.checkoutLimits, hashKey, onRefused: note }),
    challenges: challenges(keys.challenges, { kind, siteKey }),
    check: proofCheck(config.challenge),
    perSecond: config.checkoutLimits.perSecond,
    textFor: readerTexts(config.languages),
  })
}
