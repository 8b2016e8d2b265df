import { stripeLists } from '../../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../../src/stripe/paced-calls-gateway.ts'
import { lineOf } from '../../../src/verification/finding.ts'
import { verify } from '../../../src/verification/verify.ts'
import type { RehearsalService } from '../play/service.ts'

/** Verifies the tables as the operator's command does. @returns its findings, as lines to read */
export async function verificationLines({
  database: { pool },
  stripe,
  config,
  ownership,
}: RehearsalService): Promise<string[]> {
  const lists = stripeLists(stripe, pacedCalls({ callsPerSecond: 10_000 }))
  const { findings } = await verify({ pool, lists, timezone: config.newsroom.timezone, ownership })
  return findings.map(lineOf)
}
