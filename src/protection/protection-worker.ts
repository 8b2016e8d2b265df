import type pg from 'pg'
import type { Logger } from 'pino'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import type { AuditedAct } from '../access/audit/audit-trail.ts'
import { inTransaction } from '../db/database.ts'
import { nextAttackMode, type AttackMode } from './attack-mode.ts'
import { forgetProtection, lockProtection, readSignals, saveAttackMode } from './protection-store.ts'

const FORGET_EVERY_MS = 10 * 60_000

/**
 * A round of background work that arms attack mode, tightens it and lets it stand down. Any number of workers may run it:
 * they take turns at the state's row. Every change is an act of the service in the audit trail.
 */
export function protectionRound(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly log: Logger
}): () => Promise<boolean> {
  const { pool, clock, log } = deps
  let forgottenMs = -Infinity
  return async () => {
    const now = clock()
    const change = await inTransaction(pool, async (tx) => {
      const { mode } = await lockProtection(tx)
      const signals = await readSignals(tx, now)
      const next = nextAttackMode(mode, signals, now)
      if (JSON.stringify(next) === JSON.stringify(mode)) return null
      await saveAttackMode(tx, next)
      const act = actOf(mode, next)
      if (act === null) return null
      await recordAct(tx, {
        actor: { kind: 'service' },
        act,
        subject: 'settings/protection',
        before: { step: mode.step },
        after: { step: next.step, cause: (next.armed ?? mode.armed)?.cause ?? null },
        at: now,
      })
      return { act, step: next.step, cause: (next.armed ?? mode.armed)?.cause, signals }
    })
    if (change) {
      const { act, ...figures } = change
      log.warn(figures, SENTENCES[act])
    }
    if (now.getTime() - forgottenMs > FORGET_EVERY_MS) {
      forgottenMs = now.getTime()
      await forgetProtection(pool, now)
    }
    return false
  }
}

const SENTENCES = {
  attack_mode_armed: 'somebody seems to try stolen cards: attack mode is on',
  attack_mode_tightened: 'the attack goes on: attack mode is tighter',
  attack_mode_eased: 'the attack is weaker: attack mode is less tight',
  attack_mode_ended: 'the attack is over: attack mode is off',
} as const satisfies Partial<Record<AuditedAct, string>>

function actOf(before: AttackMode, after: AttackMode): keyof typeof SENTENCES | null {
  if (after.step === before.step) return null
  if (before.step === 0) return 'attack_mode_armed'
  if (after.step === 0) return 'attack_mode_ended'
  return after.step > before.step ? 'attack_mode_tightened' : 'attack_mode_eased'
}
