import { stripeBooks } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { lineOf } from '../../src/verification/finding.ts'
import { verifyBooks } from '../../src/verification/verify-books.ts'
import type { House } from './house.ts'

/**
 * The one place for what the service can prove of its own tables; its words join the comparison's.
 * @returns what is wrong, as lines to read
 */
export async function verified({ database: { hot }, stripe, config }: House): Promise<string[]> {
  const books = stripeBooks(stripe, pacedCalls({ callsPerSecond: 10_000 }))
  const { differences } = await verifyBooks({ hot, books, timezone: config.newsroom.timezone })
  return differences.map(lineOf)
}
