import type { Knex } from 'knex'
import type { Actor } from '../actor.ts'
import { recordAct } from '../audit/audit-trail-store.ts'
import type { SecondFactors } from './second-factor.ts'
import type { Staff, StaffId } from '../staff.ts'

/** Null for somebody who was removed. */
export async function staffWithFactor(
  db: Knex,
  id: StaffId,
): Promise<(Staff & { readonly hasSecondFactor: boolean }) | null> {
  const { rows } = await db.raw<{ rows: (Staff & { hasSecondFactor: boolean })[] }>(
    `select id, email, role,
            exists (select 1 from staff_totp_secrets where staff_id = staff.id)
              or exists (select 1 from staff_passkeys where staff_id = staff.id) as "hasSecondFactor"
       from staff where id = :id and removed_at is null`,
    { id },
  )
  return rows[0] ?? null
}

export async function secondFactorsOf(db: Knex, staffId: StaffId): Promise<SecondFactors> {
  const passkeys = await db.raw<{ rows: SecondFactors['passkeys'] }>(
    `select id, credential_id as "credentialId", name, transports, added_at as "addedAt", last_used_at as "lastUsedAt"
       from staff_passkeys where staff_id = :staffId order by added_at, id`,
    { staffId },
  )
  const others = await db.raw<{ rows: { addedAt: Date | null; lastUsedAt: Date | null; left: number }[] }>(
    `select t.added_at as "addedAt", t.last_used_at as "lastUsedAt",
            (select count(*)::int from staff_recovery_codes where staff_id = :staffId and used_at is null) as left
       from (select 1) one left join staff_totp_secrets t on t.staff_id = :staffId`,
    { staffId },
  )
  const [row] = others.rows
  return {
    passkeys: passkeys.rows,
    totp: row?.addedAt ? { addedAt: row.addedAt, lastUsedAt: row.lastUsedAt } : null,
    recoveryCodesLeft: row?.left ?? 0,
  }
}

/** @returns the name of the passkey that is gone; null when the person has no such passkey */
export async function removePasskey(tx: Knex, staffId: StaffId, id: string): Promise<string | null> {
  const [row] = await tx<{ id: string; staff_id: StaffId; name: string }>('staff_passkeys')
    .where({ id, staff_id: staffId })
    .delete()
    .returning('name')
  return row?.name ?? null
}

/** Recovery codes stand in for a factor: without one they open nothing, and they go with the last one. */
export async function removeUnneededRecoveryCodes(tx: Knex, staffId: StaffId): Promise<void> {
  await tx.raw(
    `delete from staff_recovery_codes where staff_id = :staffId
        and not exists (select 1 from staff_passkeys where staff_id = :staffId)
        and not exists (select 1 from staff_totp_secrets where staff_id = :staffId)`,
    { staffId },
  )
}

/**
 * Takes away every second factor and recovery code of somebody who has lost them, and ends their sessions. They sign in by
 * a link, and set up a new one. The audit trail records it. Call it in a database transaction of its own.
 * @returns how many factors there were
 */
export async function resetSecondFactors(
  tx: Knex,
  staffId: StaffId,
  { by, at }: { readonly by: Actor; readonly at: Date },
): Promise<number> {
  await lockFactors(tx, staffId)
  const passkeys = await tx('staff_passkeys').where({ staff_id: staffId }).delete()
  const apps = await tx('staff_totp_secrets').where({ staff_id: staffId }).delete()
  await tx('staff_recovery_codes').where({ staff_id: staffId }).delete()
  await tx.raw(`delete from staff_sessions where data->>'staffId' = :id`, { id: staffId })
  const act = { act: 'second_factor_reset', subject: `staff/${staffId}`, before: { passkeys, apps } } as const
  await recordAct(tx, { actor: by, ...act, at })
  return passkeys + apps
}

/** Of several changes to one person's factors, one after the other is made. Call it in a database transaction. */
export async function lockFactors(tx: Knex, staffId: StaffId): Promise<void> {
  await tx.raw('select 1 from staff where id = :staffId for no key update', { staffId })
}
