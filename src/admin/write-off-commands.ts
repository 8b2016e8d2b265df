import { z } from 'zod'
import { parseMonth } from '../calendar/month.ts'
import { parsedBy } from '../http/parse.ts'
import {
  approveWriteOff,
  declineWriteOff,
  prepareWriteOff,
  reverseWriteOff,
  type WriteOffDeps,
} from '../reconciliation/write-offs/make-write-off.ts'
import { stateOf, writeOffTargets } from '../reconciliation/write-offs/write-off.ts'
import { required, words, type AdminDeps, type Command } from './command.ts'
import { by, operatorOf } from './operator.ts'

const month = z
  .string({ error: required('month') })
  .transform(parsedBy(parseMonth, '--month must be like 2026-01'))

/** Commands that write reconciling items off and take that back. */
export const writeOffCommands: Readonly<Record<string, Command>> = {
  'write-off': {
    usage:
      '--month 2026-01 --object pi_… --kind missing_at_stripe --currency usd --amount -500 --to write_offs|other_income|other_expenses --reason "…" --by you@news.example',
    summary:
      'writes a reconciling item off: an entry takes it from the account that holds it to the account of --to; --amount is what `reconcile` shows, in minor units',
    options: ['month', 'object', 'kind', 'currency', 'amount', 'to', 'reason', 'by'],
    async run(deps, given) {
      const asked = z
        .object({
          month,
          object: words('object'),
          kind: words('kind'),
          currency: words('currency'),
          amount: words('amount')
            .regex(/^-?\d{1,18}$/, '--amount must be a number of minor units')
            .transform(BigInt),
          to: z.enum(writeOffTargets, { error: `--to must be one of ${writeOffTargets.join(', ')}` }),
          reason: words('reason'),
          by,
        })
        .parse(given)
      const { amount: amountMinor, to: toAccount, by: email, ...item } = asked
      const actor = await operatorOf(deps, email, 'finance')
      const writeOff = await prepareWriteOff(writingOff(deps), { ...item, amountMinor, toAccount }, actor)
      return {
        note:
          stateOf(writeOff) === 'waiting'
            ? `Prepared: ${writeOff.id}. Somebody else has to approve it: approve-write-off --id ${writeOff.id}.`
            : `Written off: ${item.object} to ${toAccount}, as ${writeOff.id}.`,
      }
    },
  },
  'approve-write-off': {
    usage: '--id … --by you@news.example',
    summary: 'posts a write-off that somebody else has prepared',
    options: ['id', 'by'],
    async run(deps, given) {
      const { id, by: email } = z.object({ id: words('id'), by }).parse(given)
      await approveWriteOff(writingOff(deps), id, await operatorOf(deps, email, 'finance'))
      return { note: `Approved and posted: ${id}.` }
    },
  },
  'decline-write-off': {
    usage: '--id … --reason "…" --by you@news.example',
    summary:
      'declines a write-off that waits for approval: nothing is posted, and its item stays unexplained',
    options: ['id', 'reason', 'by'],
    async run(deps, given) {
      const {
        id,
        reason,
        by: email,
      } = z.object({ id: words('id'), reason: words('reason'), by }).parse(given)
      await declineWriteOff(writingOff(deps), id, reason, await operatorOf(deps, email, 'finance'))
      return { note: `Declined: ${id}.` }
    },
  },
  'reverse-write-off': {
    usage: '--id … --reason "…" --by you@news.example',
    summary: 'posts the opposite of a write-off: its item stands again where it stood',
    options: ['id', 'reason', 'by'],
    async run(deps, given) {
      const {
        id,
        reason,
        by: email,
      } = z.object({ id: words('id'), reason: words('reason'), by }).parse(given)
      await reverseWriteOff(writingOff(deps), id, reason, await operatorOf(deps, email, 'finance'))
      return { note: `Reversed: ${id}.` }
    },
  },
}

function writingOff({ database, newsroom, clock, writeOffApproval }: AdminDeps): WriteOffDeps {
  return { pool: database.pool, timezone: newsroom.timezone, now: clock, writeOffApproval }
}
