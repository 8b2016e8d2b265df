import type pg from 'pg'
import type { Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction } from '../db/database.ts'
import type { Control } from './attack-mode.ts'
import { lockProtection, saveControl, saveGiving } from './protection-store.ts'

type Deps = { readonly pool: pg.Pool; readonly clock: () => Date }

/** Takes new checkouts again, or refuses them while everything else goes on. @returns false when it was so already */
export async function switchGiving(
  { pool, clock }: Deps,
  giving: 'on' | 'off',
  actor: Actor,
): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const { givingOffSince } = await lockProtection(tx)
    if ((givingOffSince === null) === (giving === 'on')) return false
    const at = clock()
    await saveGiving(tx, giving === 'on' ? null : at)
    const act = giving === 'on' ? 'giving_switched_on' : 'giving_switched_off'
    await recordAct(tx, { actor, act, subject: 'settings/protection', at })
    return true
  })
}

/** Leaves attack mode to the service, or keeps it on or off. @returns false when it was so already */
export async function controlAttackMode(
  { pool, clock }: Deps,
  control: Control,
  actor: Actor,
): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const before = await lockProtection(tx)
    if (before.control === control) return false
    await saveControl(tx, control)
    await recordAct(tx, {
      actor,
      act: 'attack_mode_controlled',
      subject: 'settings/protection',
      before: { attackMode: before.control },
      after: { attackMode: control },
      at: clock(),
    })
    return true
  })
}
