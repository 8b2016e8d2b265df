import type pg from 'pg'
import { mayActAs, type Role } from '../../access/role.ts'
import { dayAway } from '../../calendar/days.ts'
import { inboxNeedsAttention } from '../../inbox/inbox-store.ts'
import { countGivenUp } from '../../outbox/outbox-store.ts'
import { readProtection } from '../../protection/protection-store.ts'
import { countFailing } from '../../subscriptions/agreement-store.ts'
import { completeUpTo } from '../../sync/sync-state-store.ts'
import {
  countOpenQuestions,
  countUndecidedEntries,
  countUnexplained,
  depositsNotAtTheBank,
  disputesToAnswer,
  expiringTokens,
  failedPayouts,
  SETTLED_DAYS,
  writeOffsToApprove,
} from './attention-store.ts'
import type { AttentionFacts } from './attention-items.ts'

const DAY_MS = 86_400_000
/** Failed deposits of so many days: the money goes out with a later one. */
const PAYOUT_DAYS = 30
/** A deposit that a bank statement does not show is looked for as long as a year's books are open. */
const MISSING_DAYS = 365
const TOKEN_DAYS = 30

/** What may need attention; only what the role may look at is read. */
export async function readAttention(
  pool: pg.Pool,
  role: Role,
  now: Date,
  today: string,
): Promise<Omit<AttentionFacts, 'clockIsWrong'>> {
  const mayRead = mayActAs(role, 'auditor')
  const [
    protection,
    failing,
    disputes,
    payouts,
    missingDeposits,
    writeOffs,
    inbox,
    unexplained,
    readUpTo,
    undelivered,
    questions,
    entries,
    tokens,
  ] = await Promise.all([
    mayRead ? readProtection(pool) : null,
    countFailing(pool),
    mayRead ? disputesToAnswer(pool, now) : null,
    mayRead ? failedPayouts(pool, dayAway(today, -PAYOUT_DAYS)) : null,
    mayRead ? depositsNotAtTheBank(pool, dayAway(today, -MISSING_DAYS)) : null,
    mayRead ? writeOffsToApprove(pool) : null,
    mayRead ? inboxNeedsAttention(pool) : null,
    mayRead ? countUnexplained(pool, dayAway(today, -SETTLED_DAYS)) : 0,
    mayRead ? completeUpTo(pool) : now,
    mayActAs(role, 'finance') ? countGivenUp(pool) : 0,
    mayActAs(role, 'finance') ? countOpenQuestions(pool) : 0,
    mayActAs(role, 'finance') ? countUndecidedEntries(pool) : 0,
    mayActAs(role, 'admin') ? expiringTokens(pool, new Date(now.getTime() + TOKEN_DAYS * DAY_MS)) : null,
  ])
  return {
    protection,
    failing,
    disputes,
    payouts,
    missingDeposits,
    writeOffs,
    unexplained,
    failedEvents: inbox?.['failed'] ?? 0,
    readUpTo,
    undelivered,
    questions,
    entries,
    tokens,
    now,
    month: today.slice(0, 7),
  }
}
