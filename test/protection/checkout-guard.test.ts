import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Queryable } from '../../src/db/database.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import type { CountingLimiter, RateLimit } from '../../src/http/rate-limit.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { callerLimits } from '../../src/protection/caller-limits.ts'
import type { Verdict } from '../../src/protection/challenge-proofs-gateway.ts'
import { challenges, isProofOfWork, type Challenge } from '../../src/protection/challenge.ts'
import type { Asked } from '../../src/protection/challenge-answers.ts'
import { checkoutGuard } from '../../src/protection/checkout-guard.ts'
import { ChallengeRequired } from '../../src/protection/checkout-refusals.ts'
import type { ProtectionOutcome } from '../../src/protection/protection-state.ts'
import { sessionPace } from '../../src/stripe/session-pace.ts'
import { textFor } from '../../src/text/text.ts'
import { answerTo } from '../kit/challenge.ts'

/** The guard with the limits of production, counted in memory, on a clock that the test sets. */

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date('2026-03-01T12:00:00Z'),
    toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

/** What processes share: the counts, the state's row and the answered challenges. */
function shared(step: number) {
  const counts = new Map<string, number>()
  const spent = new Map<string, string>()
  const row = {
    step,
    cause: step > 0 ? 'declines' : null,
    armed_at: step > 0 ? new Date() : null,
    step_since: step > 0 ? new Date() : null,
    calm_since: null,
    learned_at: null,
    declines_per_paid: 0.2,
    paid_share: 0.2,
    control: 'automatic',
    giving_off_since: null,
  }
  const query = ({ name, values = [] }: { name: string; values?: unknown[] }) => {
    if (name === 'read-protection') return Promise.resolve({ rows: [row], rowCount: 1 })
    const [challenge, usedFor] = values.map(String)
    const known = spent.get(challenge ?? '') ?? usedFor
    spent.set(challenge ?? '', known ?? '')
    return Promise.resolve({ rows: [], rowCount: known === usedFor ? 1 : 0 })
  }
  const limiter = (name: string, { points, seconds }: RateLimit): CountingLimiter => {
    const count: CountingLimiter['count'] = (key) => {
      const tries = (counts.get(`${name} ${key}`) ?? 0) + 1
      counts.set(`${name} ${key}`, tries)
      return Promise.resolve({ tries, waitMs: tries > points ? seconds * 1000 : null })
    }
    const isRefused = (key: string) => (counts.get(`${name} ${key}`) ?? 0) > points
    return { count, isRefused, take: async (key) => void (await count(key)) }
  }
  // The guard sends the two named statements above and nothing else.
  return { db: { query } as unknown as Queryable, limiter }
}

type Options = {
  step?: number
  proxies?: readonly string[]
  verdict?: Verdict
  /** The limit of one address. */
  perAddress?: number
  common?: ReturnType<typeof shared>
}

/** One process: its guard, and its queue before Stripe. */
function service({
  step = 0,
  proxies = ['10.0.0.1'],
  verdict,
  perAddress = 60,
  common = shared(step),
}: Options = {}) {
  const outcomes: ProtectionOutcome[] = []
  const calls: number[] = []
  const note = (outcome: ProtectionOutcome) => void outcomes.push(outcome)
  const pace = sessionPace({ onRefused: () => note('pace') })
  const guard = checkoutGuard({
    ...common,
    limits: callerLimits({
      limiter: common.limiter,
      limits: {
        byAddress: { points: perAddress, seconds: 600 },
        byNetwork: { points: 5 * perAddress, seconds: 600 },
        inAll: { points: 3_000, seconds: 600 },
      },
      callers: callersThrough(proxies),
      hashKey: 'key',
      onRefused: note,
    }),
    challenges: challenges(['key'], { kind: 'proof_of_work', siteKey: null }),
    check: (proof, issued) => Promise.resolve(verdict ?? (isProofOfWork(proof, issued) ? 'right' : 'wrong')),
    isCrowded: pace.isCrowded,
    perSecond: 18,
    clock: () => new Date(),
    textFor: (tag) => textFor(tag ?? 'en'),
    note,
  })
  /** @returns the challenge when one is asked for, or how it ended */
  const ask = async (
    request: IncomingMessage,
    answer: Asked['answer'] = null,
    repeatKey: string | null = null,
  ): Promise<Challenge | 'served' | 'refused'> => {
    const gift = { amountMinor: 500n, currency: 'usd', frequency: 'once', origin: '', locale: null }
    try {
      const caller = await guard.arrive(request)
      const { suspicion } = await guard.admit(caller, { ...gift, answer, repeatKey })
      return await pace(() => {
        calls.push(Date.now())
        return Promise.resolve('served' as const)
      }, suspicion)
    } catch (error) {
      if (error instanceof ChallengeRequired) return error.challenge
      if (error instanceof Refusal) return 'refused'
      throw error
    }
  }
  /** As a browser asks: it answers the challenge, and tries again while the service is busy. */
  const read = async (request: IncomingMessage): Promise<'served' | 'refused' | 'challenged'> => {
    const first = await ask(request)
    if (typeof first === 'string') return first
    const [token = '', proof = ''] = (await answerTo(first))['Challenge-Answer'].split(':')
    const second = await ask(request, { token, proof })
    return typeof second === 'string' ? second : 'challenged'
  }
  return { ask, read, outcomes, calls, common }
}

/** A request whose socket leads to `from`, with these hops in X-Forwarded-For. */
function requestFrom(from: string, ...hops: readonly string[]): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: from })
  const request = new IncomingMessage(socket)
  if (hops.length > 0) request.headers['x-forwarded-for'] = hops.join(', ')
  return request
}
const through = (...hops: readonly string[]) => requestFrom('10.0.0.1', ...hops)

describe('a burst of 20,000 attempts', () => {
  it.each([
    ['one address', () => '198.51.100.7'],
    ['5,000 addresses', (n: number) => `45.${(n % 5_000) >> 8}.${(n % 5_000) & 255}.9`],
  ])(
    'from %s keeps no honest reader out, and Stripe is called fewer than 20 times in any second',
    async (_, from) => {
      const { ask, read, calls } = service()
      const readers: string[] = []
      const flood: unknown[] = []
      // Twenty seconds: a thousand attempts in each, and two readers.
      for (let second = 0; second < 20; second += 1) {
        for (let n = 0; n < 1_000; n += 1)
          void ask(through(from(second * 1_000 + n))).then((end) => flood.push(end))
        for (let reader = 0; reader < 2; reader += 1)
          void read(through(`203.0.${second}.${reader}`)).then((end) => readers.push(end))
        await vi.advanceTimersByTimeAsync(1_000)
      }
      await vi.advanceTimersByTimeAsync(6_000)
      // The proof of work rests by real time, which the clock of the test does not move.
      for (let n = 0; n < 200 && readers.length < 40; n += 1) {
        await new Promise((resolve) => setImmediate(resolve))
        await vi.advanceTimersByTimeAsync(50)
      }
      expect(readers).toEqual(Array.from({ length: 40 }, () => 'served'))
      expect(flood).toHaveLength(20_000)
      expect(flood.filter((end) => end === 'served').length).toBeLessThan(150)
      for (const start of calls)
        expect(calls.filter((time) => time >= start && time < start + 1_000).length).toBeLessThan(20)
    },
    60_000,
  )
})

describe('behind proxies', () => {
  it('only the trusted hop counts: whoever forges X-Forwarded-For is known by the address that our proxy saw', async () => {
    const { ask } = service({ step: 2 })
    const ends: string[] = []
    for (let n = 0; n < 40; n += 1) {
      const end = await ask(through(`203.0.113.${n}`, '198.51.100.7'))
      ends.push(typeof end === 'string' ? end : 'challenged')
    }
    // A third of the usual sixty: what it claims to be brings nothing.
    expect(ends).toEqual([...Array<string>(20).fill('challenged'), ...Array<string>(20).fill('refused')])
    // Nobody whose address it claimed is held back.
    expect(typeof (await ask(through('203.0.113.1')))).toBe('object')
  })

  it('a header that comes past our proxies is no proof of anything', async () => {
    const { ask } = service({ proxies: [], step: 2 })
    let refused = 0
    for (let n = 0; n < 400; n += 1)
      if ((await ask(requestFrom('198.51.100.7', `203.0.${n}.1`))) === 'refused') refused += 1
    expect(refused).toBeGreaterThan(200)
  })

  it.each([
    ['no proxy is trusted', [], (n: number) => requestFrom('104.16.0.9', `81.${n >> 8}.${n & 255}.7`)],
    [
      'the CDN is missing among them',
      ['10.0.0.1'],
      (n: number) => through(`81.${n >> 8}.${n & 255}.7`, '104.16.0.9'),
    ],
    [
      'the proxy in front is private and not trusted',
      [],
      (n: number) => requestFrom('10.0.0.1', `81.${n >> 8}.${n & 255}.7`),
    ],
  ])(
    'a viral story through one address is no attack when %s',
    async (_, proxies, request) => {
      const { read, outcomes } = service({ proxies, perAddress: 5 })
      const ends = new Map<string, number>()
      for (let reader = 0; reader < 60; reader += 1) {
        const reading = read(request(reader))
        await vi.advanceTimersByTimeAsync(100)
        // Some of them have a challenge to answer, in real time.
        const end = await reading
        ends.set(end, (ends.get(end) ?? 0) + 1)
      }
      expect(ends).toEqual(new Map([['served', 60]]))
      expect(outcomes).not.toContain('address')
      expect(outcomes).not.toContain('network')
    },
    60_000,
  )
})

describe('an answer', () => {
  const solved = async (challenge: Challenge | string) => {
    if (typeof challenge === 'string') throw new Error(`no challenge, but ${challenge}`)
    const [token = '', proof = ''] = (await answerTo(challenge))['Challenge-Answer'].split(':')
    return { token, proof }
  }

  it('is good once, whichever process it is shown to', async () => {
    const first = service({ step: 1 })
    const second = service({ step: 1, common: first.common })
    const answer = await solved(await first.ask(through('203.0.113.1')))
    expect(await first.ask(through('203.0.113.1'), answer, 'key')).toBe('served')
    expect(await second.ask(through('203.0.113.1'), answer, 'key')).toBe('served')
    expect(typeof (await second.ask(through('203.0.113.2'), answer, 'other key'))).toBe('object')
    expect(second.outcomes).toContain('wrong_answer')
  })

  it('that a provider cannot check lets readers pass, and in attack mode asks them to come back', async () => {
    const busy = service({ verdict: 'unverifiable' })
    // Beyond the budget of everybody, outside of attack mode.
    for (let n = 0; n < 3_000; n += 1)
      void busy.common.limiter('checkouts', { points: 3_000, seconds: 600 }).count('all')
    const answer = await solved(await busy.ask(through('203.0.113.1')))
    expect(await busy.ask(through('203.0.113.1'), answer)).toBe('served')

    const attacked = service({ step: 1, verdict: 'unverifiable' })
    const other = await solved(await attacked.ask(through('203.0.113.1')))
    expect(await attacked.ask(through('203.0.113.1'), other)).toBe('refused')
    expect(attacked.outcomes).toContain('unverifiable')
  })

  it('costs an address more work with every doubling of its tries', async () => {
    const { ask } = service({ step: 1 })
    const bits: number[] = []
    for (let n = 0; n < 33; n += 1) {
      const end = await ask(through('198.51.100.7'))
      if (typeof end !== 'string') bits.push(end.bits)
    }
    expect([bits[0], bits[7], bits[15], bits[31]]).toEqual([11, 12, 13, 14])
  })
})
