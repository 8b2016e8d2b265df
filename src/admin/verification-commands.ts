import { z } from 'zod'
import { stripeLists } from '../stripe/balance-gateway.ts'
import { pacedCalls } from '../stripe/paced-calls-gateway.ts'
import { lineOf } from '../verification/finding.ts'
import { verify, type Verification } from '../verification/verify.ts'
import type { Command } from './command.ts'
import { unreadableLine } from './inbox-commands.ts'

const verifyOptions = z.object({ offline: z.boolean().default(false) })

/** Commands that check the tables. */
export const verificationCommands: Readonly<Record<string, Command>> = {
  verify: {
    usage: '[--offline]',
    summary:
      'derives everything once more from the inbox and Stripe and prints where the tables differ; --offline does not call Stripe',
    options: [],
    flags: ['offline'],
    async run({ database: { pool }, newsroom: { timezone }, ownership, stripe }, given) {
      const { offline } = verifyOptions.parse(given)
      const lists = offline ? null : stripeLists(await stripe(), pacedCalls())
      const { findings, unreadable, counts } = await verify({ pool, lists, timezone, ownership })
      const kept = unreadable.map(unreadableLine)
      if (findings.length === 0)
        return { out: [...kept, `Everything agrees: ${summary(counts)}.`].join('\n'), note: asked(offline) }
      return {
        out: [...kept, ...findings.map(lineOf)].join('\n'),
        note: `${many(findings.length, 'difference')} in ${summary(counts)}. ${asked(offline)}`,
        code: 1,
      }
    },
  },
}

function summary(counts: Verification['counts']): string {
  return [
    many(counts.events, 'event'),
    many(counts.donations, 'donation'),
    many(counts.ledgerTransactions, 'ledger transaction'),
    many(counts.receipts, 'receipt'),
    many(counts.balanceTransactions, 'balance transaction'),
    many(counts.payouts, 'payout'),
  ].join(', ')
}

function many(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}

function asked(offline: boolean): string {
  return offline ? 'Stripe was not asked.' : 'Stripe was asked.'
}
