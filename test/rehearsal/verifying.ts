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
  const lists = stripeLists(stripe, pacedCalls({ callsPerSecond: 10_000 }))
  const { findings } = await verify({ pool, lists, timezone: config.newsroom.timezone })
  return findings.map(lineOf)
}
