import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Queryable } from '../db/database.ts'
import { isDatabaseAway } from '../db/errors.ts'
import type { Callers } from '../http/client-ip.ts'
import { tooManyTries, type CountingLimiter, type RateLimit } from '../http/rate-limit.ts'
import { Refusal } from '../http/refusal.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import { readerTexts, type Text, type TextFor } from '../text/text.ts'
import { QUIET, stepInForce, type Step } from './attack-mode.ts'
import { callerLimits, type Caller, type CallerLimits } from './caller-limits.ts'
import { challenges, type Challenge, type Challenges, type Gift, type IssuedChallenge } from './challenge.ts'
import type { ChallengeSettings } from './challenge-settings.ts'
import { proofCheck, type ProofCheck } from './challenge-proofs-gateway.ts'
import { readProtection, spendChallenge } from './protection-store.ts'
import type { ProtectionOutcome } from './protection-state.ts'
import { bitsFor, demandOn, TERMS } from './protection-terms.ts'

/** The checkout is served once the challenge is answered. */
export class ChallengeRequired extends Refusal {
  readonly challenge: Challenge
  constructor(text: Text, challenge: Challenge) {
    super('challenge_required', text.reader('protection.challenge'), {
      language: text.language,
      members: { challenge },
    })
    this.challenge = challenge
  }
}

/** New checkouts are switched off. */
export class GivingIsOff extends Refusal {
  constructor(text: Text) {
    super('overloaded', text.reader('protection.givingIsOff'), {
      language: text.language,
      members: { reason: 'giving_is_off' },
      retryAfterSeconds: RETRY_SECONDS,
    })
  }
}

const RETRY_SECONDS = 600

/** A valid request for a checkout. */
export type Asked = Gift & {
  /** BCP 47, for what the reader reads. */
  readonly locale: string | null
  /** The challenge's token and the proof; null when the request answers none. */
  readonly answer: { readonly token: string; readonly proof: string } | null
  /** By what a repeated request is known; null when nothing tells it. */
  readonly repeatKey: string | null
}

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
  /** @throws Refusal too_many_requests, ChallengeRequired or GivingIsOff */
  admit(caller: Caller, asked: Asked): Promise<Admission>
  /** Whether new checkouts are switched off, for pages that say so before a reader chooses. */
  isGivingOff(): Promise<boolean>
}

/** What is left of a challenge that a reader answers by waiting. */
type Started = Pick<IssuedChallenge, 'id' | 'bits' | 'waitSeconds'>

/** How long one reading of the shared state serves this process. */
const STATE_MS = 1_000
const WAIT_WINDOW_SECONDS = 600
/** Too many readers without scripts have got through: how long until another try. */
const WAIT_AGAIN_SECONDS = 30
const AFTER_PROVIDER_SECONDS = 30

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
  const { db, limits, limiter, challenges: issuer, check, isCrowded, clock, textFor, note } = deps
  // The points only say from when on this process remembers by itself: a step's own numbers decide.
  const waits = {
    points: Math.max(...Object.values(TERMS).map((one) => one.waits.inAll)),
    seconds: WAIT_WINDOW_SECONDS,
  }
  const waiting = { network: limiter('waiting-network', waits), all: limiter('waiting', waits) }
  const state = sharedState(db, clock)
  const plain = lastSecond(deps.perSecond, clock)
  const stepNow = async (): Promise<Step> => {
    const { mode, control } = await state()
    return stepInForce(mode, control)
  }

  const isGivingOff = async (): Promise<boolean> => (await state()).givingOffSince !== null

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

  /** Whether the request answers a challenge of ours rightly, and for the first time; or what is left of the challenge. */
  const answerOf = async (
    step: Step,
    caller: Caller,
    asked: Asked,
  ): Promise<'none' | 'answered' | 'waited' | Started> => {
    if (asked.answer === null) return 'none'
    const { token, proof } = asked.answer
    const issued = issuer.recognise(token, asked, clock())
    const verdict = issued === null || proof === '' ? null : await check(proof, issued)
    if (issued === null || verdict === 'wrong') {
      note('wrong_answer')
      return 'none'
    }
    if (verdict === 'unverifiable') {
      note('unverifiable')
      // The provider is away: that lets everybody through, unless somebody tries stolen cards at this moment.
      if (step > 0) throw unverifiable(textFor(asked.locale))
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

  return {
    callerOf: limits.callerOf,
    isGivingOff,
    async arrive(request) {
      const step = await stepNow()
      return limits.count(request, TERMS[step].addressShare)
    },
    async admit(caller, asked) {
      if (await isGivingOff()) {
        note('giving_off')
        throw new GivingIsOff(textFor(asked.locale))
      }
      const step = await stepNow()
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

function unverifiable(text: Text): Refusal {
  return new Refusal('overloaded', text.reader('protection.unverifiable'), {
    language: text.language,
    retryAfterSeconds: AFTER_PROVIDER_SECONDS,
  })
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

/** The state in the database, read once a second at most; while the database is away the last one known holds. */
function sharedState(db: Queryable, clock: () => Date) {
  let read: ReturnType<typeof readProtection> | null = null
  let readMs = -Infinity
  let last: Awaited<ReturnType<typeof readProtection>> | null = null
  return async () => {
    const nowMs = clock().getTime()
    if (read === null || nowMs - readMs >= STATE_MS) {
      readMs = nowMs
      read = readProtection(db)
    }
    try {
      last = await read
      return last
    } catch (error) {
      read = null
      // What the guard guards needs the database as well, and answers with a clearer refusal.
      if (isDatabaseAway(error))
        return last ?? { mode: QUIET, control: 'automatic' as const, givingOffSince: null }
      throw error
    }
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
