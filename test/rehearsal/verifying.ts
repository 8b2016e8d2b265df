import { stripeLists } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { lineOf } from '../../src/verification/finding.ts'
import { verify } from '../../src/verification/verify.ts'
import type { House } from './house.ts'

/**
 * The one place for what the service can prove of its own tables; its words join the comparison's.
 * @returns what is wrong, as lines to read
 */
export async function verified({ database: { pool }, stripe, config }: House): Promise<string[]> {
  const books = stripeLists(stripe, pacedCalls({ callsPerSecond: 10_000 }))
  const { differences } = await verify({ pool, books, timezone: config.newsroom.timezone })
  return differences.map(lineOf)
}
