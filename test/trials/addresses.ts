import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import v8 from 'node:v8'
import vm from 'node:vm'
import { pino } from 'pino'
import { wrongTokenLimit } from '../../src/access/tokens/wrong-tokens-middleware.ts'
import type { Queryable } from '../../src/db/database.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { rateLimiter, type RateLimit } from '../../src/http/rate-limit.ts'
import { callerLimits } from '../../src/protection/caller-limits.ts'
import { problemsOf, type Trial } from './trial.ts'

const ADDRESSES = 1_000_000
const BOUND_MB = 32
const LIMIT = { points: 60, seconds: 600 }
const HASH_KEY = 'of-this-trial'

/** What a process remembers of a million addresses, each of which is refused: what a flood would like to fill memory with. */
export const addresses: Trial = {
  tries: 'a million addresses, each of them refused, against the memory of one process',
  async run(say) {
    // The database says of each that it has asked too often. A real one would only be slower.
    let questions = 0
    const queries = {
      query: async () => {
        questions += 1
        return { rows: [{ points: LIMIT.points + 1, expire: Date.now() + LIMIT.seconds * 1000 }] }
      },
    } as unknown as Queryable // the limiters use nothing else of it
    const log = pino({ level: 'silent' })
    const limiter = (name: string, limit: RateLimit) => rateLimiter({ queries, name, limit, log })
    const callers = callersThrough(['127.0.0.1'])
    const guard = callerLimits({
      limiter,
      limits: { byAddress: LIMIT, byNetwork: LIMIT, inAll: LIMIT },
      callers,
      hashKey: HASH_KEY,
      onRefused: () => undefined,
    })
    const tokens = wrongTokenLimit({ limiter, callers, hashKey: HASH_KEY })
    const requestFrom = (n: number): IncomingMessage => {
      const request = new IncomingMessage(new Socket())
      Object.defineProperty(request.socket, 'remoteAddress', { value: '127.0.0.1' })
      const [a, b, c] = [(n >> 16) & 255, (n >> 8) & 255, n & 255]
      request.headers['x-forwarded-for'] =
        n % 2 === 0 ? `11.${a}.${b}.${c}` : `2a00:${a.toString(16)}:${b.toString(16)}:${c.toString(16)}::1`
      return request
    }
    const refused = async (work: Promise<unknown>): Promise<number> =>
      work.then(
        () => 0,
        () => 1,
      )

    let refusals = 0
    const before = heapMb()
    let most = before
    let lastTenth: number = performance.now()
    const tenths: number[] = []
    for (let n = 0; n < ADDRESSES; n += 1) {
      const request = requestFrom(n)
      refusals += await refused(guard.count(request))
      refusals += await refused(tokens.countWrong(request))
      if ((n + 1) % (ADDRESSES / 10) !== 0) continue
      most = Math.max(most, heapMb())
      tenths.push(performance.now() - lastTenth)
      lastTenth = performance.now()
      say(`${n + 1} addresses, ${(most - before).toFixed(1)} MB more than before`)
    }
    const grown = most - before
    const slower = (tenths.at(-1) ?? 0) / (tenths[0] ?? 1)
    return {
      rows: [
        [
          'addresses',
          `${ADDRESSES.toLocaleString('en')}, each refused by the limit of checkouts and of wrong tokens`,
        ],
        ['heap before', `${before.toFixed(1)} MB`],
        ['most heap more than before', `${grown.toFixed(1)} MB; the bound is ${BOUND_MB} MB`],
        [
          'time of one address, first and last tenth',
          tenths
            .filter((_, at) => at === 0 || at === 9)
            .map((ms) => `${((ms * 10_000) / ADDRESSES).toFixed(0)} µs`)
            .join(', '),
        ],
      ],
      problems: problemsOf(
        [refusals === 2 * ADDRESSES, `only ${refusals} requests were refused`],
        [questions >= 2 * ADDRESSES, `the database was asked ${questions} times only`],
        [grown <= BOUND_MB, `the heap grew by ${grown.toFixed(1)} MB`],
        [slower <= 3, `the last addresses took ${slower.toFixed(1)} times as long as the first`],
      ),
    }
  },
}

/** What is still in use after a collection. */
function heapMb(): number {
  v8.setFlagsFromString('--expose-gc')
  const collect: unknown = vm.runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / 1024 / 1024
}
