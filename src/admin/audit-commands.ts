import { z } from 'zod'
import { headText, parseHead, type ChainProblem } from '../access/audit/audit-verification.ts'
import { auditHead, verifyAuditTrail } from '../access/audit/audit-verification-store.ts'
import { parsedBy } from '../http/parse.ts'
import type { Command } from './command.ts'

const head = z.string().transform(parsedBy(parseHead, '--head must be a line that audit-head printed'))

/** Commands about the audit trail. */
export const auditCommands: Readonly<Record<string, Command>> = {
  'audit-verify': {
    usage: '[--head POSITION:HASH]',
    summary:
      'follows the audit trail’s chain, prints its head and names the first position that was edited, deleted or inserted; exits 1 when there is one; --head compares it with a head that was kept elsewhere',
    options: ['head'],
    async run({ database: { pool } }, given) {
      const exported = z.object({ head: head.optional() }).parse(given).head ?? null
      const { head: found, broken } = await verifyAuditTrail(pool, exported)
      const acts = found.position === 1n ? '1 act' : `${found.position} acts`
      if (broken)
        return {
          out: `broken at position ${broken.position}`,
          note: `${WHAT[broken.problem]} The ${acts} before it are as they were recorded.`,
          code: 1,
        }
      return { out: headText(found), note: `The audit trail is whole: ${acts}.` }
    },
  },
  'audit-head': {
    usage: '',
    summary:
      'prints the head of the audit trail’s chain; keep it outside the database, for audit-verify to compare',
    options: [],
    async run({ database: { pool } }) {
      const found = await auditHead(pool)
      return { out: headText(found), note: 'audit-verify --head compares the trail with it later.' }
    },
  },
}

const WHAT: Readonly<Record<ChainProblem, string>> = {
  missing: 'The act at this position is missing.',
  edited: 'The act at this position was edited, or put there by hand.',
  not_chained: 'The act at this position does not follow the act before it.',
  differs_from_head:
    'The act at this position is not the one of the given head: the chain was computed once more.',
  ends_before_head: 'The trail ends before the given head: the latest acts were deleted.',
}
