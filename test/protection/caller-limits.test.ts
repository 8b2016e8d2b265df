import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { callerLimits, refusalNotice } from '../../src/protection/caller-limits.ts'
import type { ProtectionOutcome } from '../../src/protection/protection-state.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { demandOn } from '../../src/protection/protection-terms.ts'
import type { CountingLimiter, RateLimit } from '../../src/http/rate-limit.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { keptLog } from '../kit/log.ts'

/** The limits of production, counted in memory. */
const byAddress = { points: 60, seconds: 600 }
const byNetwork = { points: 300, seconds: 600 }

function counting({ points }: RateLimit): CountingLimiter {
  const counts = new Map<string, number>()
  const count: CountingLimiter['count'] = (key) => {
    const tries = (counts.get(key) ?? 0) + 1
    counts.set(key, tries)
    return Promise.resolve({ tries, waitMs: tries > points ? 600_000 : null })
  }
  const isRefused = (key: string) => (counts.get(key) ?? 0) > points
  return { count, isRefused, take: async (key) => void (await count(key)) }
}

function limitsWith(inAll = 3_000) {
  const refused: ProtectionOutcome[] = []
  const limits = callerLimits({
    limiter: (_name, limit) => counting(limit),
    limits: { byAddress, byNetwork, inAll: { points: inAll, seconds: 600 } },
    callers: callersThrough(['10.0.0.1']),
    hashKey: 'key',
    onRefused: (reason) => void refused.push(reason),
  })
  /** What is asked of a checkout from this address, outside of attack mode. */
  const ask = async (address: string): Promise<'nothing' | 'challenge' | 'refuse'> => {
    try {
      const { tries, isShared, isBeyondShared } = await limits.count(requestFrom(address))
      const all = (await limits.countAmongAll()) === null ? 'within' : 'beyond'
      const about = { isShared, isBeyondShared, isModest: limits.isModest(tries), isCrowded: false }
      return demandOn({ step: 0, all, ...about })
    } catch (error) {
      if (error instanceof Refusal && error.retryAfterSeconds === 600) return 'refuse'
      throw error
    }
  }
  return { ...limits, ask, refused }
}

function requestFrom(address: string): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: '10.0.0.1' })
  const request = new IncomingMessage(socket)
  request.headers['x-forwarded-for'] = address
  return request
}

/** How many checkouts are served without more ado. */
async function servedOf(limits: ReturnType<typeof limitsWith>, addresses: readonly string[], each: number) {
  let served = 0
  for (let n = 0; n < each; n += 1)
    for (const address of addresses) if ((await limits.ask(address)) === 'nothing') served += 1
  return served
}

const botnet = Array.from({ length: 50 }, (_, n) => `198.51.${n}.7`)

describe('limits of callers', () => {
  it('ask honest readers for a challenge at most while fifty addresses have used up the budget of all', async () => {
    const limits = limitsWith()
    expect(await servedOf(limits, botnet, 80)).toBe(3_000)
    expect(limits.refused.filter((reason) => reason === 'address')).toHaveLength(1_000)
    for (const reader of ['203.0.113.1', '203.0.113.2', '2001:db8:77::1'])
      for (let n = 0; n < 3; n += 1) expect(await limits.ask(reader)).toBe('challenge')
  })

  it('refuse a caller beyond its share once the budget of all is used up', async () => {
    const limits = limitsWith(100)
    await servedOf(limits, botnet, 2)
    const demands: string[] = []
    for (let n = 0; n < 10; n += 1) demands.push(await limits.ask('203.0.113.1'))
    expect(demands).toEqual([...Array(6).fill('challenge'), ...Array(4).fill('refuse')])
  })

  it.each([
    ['an IPv6 /48', (n: number) => `2001:db8:1:${n.toString(16)}::1`, '2001:db8:2::1'],
    ['an IPv4 /24', (n: number) => `198.51.100.${n % 250}`, '198.51.101.9'],
  ])('hold %s to one budget, and leave its neighbour alone', async (_, addressOf, neighbour) => {
    const limits = limitsWith()
    const addresses = Array.from({ length: 1_000 }, (_one, n) => addressOf(n))
    expect(await servedOf(limits, addresses, 1)).toBe(300)
    expect(limits.refused.every((reason) => reason === 'network')).toBe(true)
    expect(await limits.ask(neighbour)).toBe('nothing')
  })

  it('leave a network its budget when one of its addresses asks without end', async () => {
    const limits = limitsWith()
    expect(await servedOf(limits, ['198.51.100.7'], 1_000)).toBe(60)
    expect(await limits.ask('198.51.100.8')).toBe('nothing')
    const { tries } = await limits.count(requestFrom('198.51.100.9'))
    expect(tries).toEqual({ address: 1, network: 63 })
  })

  it('find a caller of a busy network as suspicious as one who asks often', async () => {
    const limits = limitsWith()
    await servedOf(limits, ['203.0.113.9'], 29)
    expect(limits.suspicion((await limits.count(requestFrom('203.0.113.9'))).tries)).toBe(30)
    for (let n = 0; n < 199; n += 1) await limits.ask(`2001:db8:1:${n.toString(16)}::1`)
    expect(limits.suspicion((await limits.count(requestFrom('2001:db8:1:ffff::1'))).tries)).toBe(40)
    expect(limits.suspicion((await limits.count(requestFrom('192.0.2.1'))).tries)).toBe(1)
  })
})

it('every refusal is named in the log once a minute at most without an address, and a challenge is none', () => {
  let nowMs = 0
  const kept = keptLog()
  const notice = refusalNotice({ log: kept.log, clock: () => new Date(nowMs) })
  for (let n = 0; n < 100; n += 1) notice('address')
  notice('all')
  notice('challenged')
  nowMs = 60_000
  notice('pace')
  expect(kept.lines).toHaveLength(2)
  expect(kept.text()).toContain('"refused":{"address":99,"all":1,"pace":1}')
})
