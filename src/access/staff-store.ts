import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Role } from './role.ts'
import { staffEmail, type ListedStaff, type Staff, type StaffId } from './staff.ts'
import { channelName } from '../db/site-scope.ts'

/** Adds a member of staff; for a known address, changes the role and lets somebody in again who was removed. */
export async function putStaff(
  db: Knex,
  { email, role }: { readonly email: string; readonly role: Role },
): Promise<Staff> {
  const { rows } = await db.raw<{ rows: Staff[] }>(
    `insert into staff (id, email, role) values (:id, :email, :role)
     on conflict (email) do update set role = excluded.role, removed_at = null
     returning id, email, role`,
    { id: randomUUID(), email: staffEmail(email), role },
  )
  const [staff] = rows
  if (!staff) throw new Error('an upsert returned no row')
  return staff
}

/** Null for somebody who was removed. */
export async function staffById(db: Knex, id: StaffId): Promise<Staff | null> {
  const found = await db<Staff & { removed_at: Date | null }>('staff')
    .select('id', 'email', 'role')
    .where({ id })
    .whereNull('removed_at')
    .first()
  return found ?? null
}

/** Somebody who is or was a member of staff. */
export async function staffEver(db: Knex, id: StaffId): Promise<Staff> {
  const found = await db<Staff>('staff').select('id', 'email', 'role').where({ id }).first()
  if (!found) throw new Error('no row of staff is ever deleted')
  return found
}

export type LockedStaff = Staff & { readonly isRemoved: boolean }

/** Everybody who may sign in or once could. Until the database transaction ends, nobody else changes the list. */
export async function lockStaff(tx: Knex): Promise<readonly LockedStaff[]> {
  await tx.raw('lock table staff in share row exclusive mode')
  const { rows } = await tx.raw<{ rows: LockedStaff[] }>(
    'select id, email, role, removed_at is not null as "isRemoved" from staff',
  )
  return rows
}

/** Whoever has or had this address; null for nobody. @param email in lower case */
export async function staffEverByEmail(db: Knex, email: string): Promise<LockedStaff | null> {
  const { rows } = await db.raw<{ rows: LockedStaff[] }>(
    'select id, email, role, removed_at is not null as "isRemoved" from staff where email = :email',
    { email },
  )
  return rows[0] ?? null
}

/** Null for an address of nobody who may sign in. @param email in lower case */
export async function staffByEmail(db: Knex, email: string): Promise<Staff | null> {
  const found = await db<Staff & { removed_at: Date | null }>('staff')
    .select('id', 'email', 'role')
    .where({ email })
    .whereNull('removed_at')
    .first()
  return found ?? null
}

/**
 * Marks the person as removed and ends everything that lets them in: sessions, unused links, links still to be mailed.
 * Call it in a database transaction. The row stays, because an auditor asks who it was.
 * @returns null when nobody with this address may sign in
 */
export async function removeStaff(tx: Knex, email: string, now: Date): Promise<Staff | null> {
  const { rows } = await tx.raw<{ rows: Staff[] }>(
    `update staff set removed_at = :now where email = :email and removed_at is null returning id, email, role`,
    { email: staffEmail(email), now },
  )
  const [staff] = rows
  if (!staff) return null
  await tx('staff_browsers').where({ staff_id: staff.id }).delete()
  await tx('staff_unsent_forms').where({ staff_id: staff.id }).delete()
  await tx.raw(`delete from staff_sessions where data->>'staffId' = :id`, { id: staff.id })
  await tx.raw(
    `update staff_sign_in_links set superseded_at = :now
      where staff_id = :id and used_at is null and superseded_at is null`,
    { id: staff.id, now },
  )
  await tx.raw(
    `delete from outbox_messages where kind in ('staff_sign_in', 'staff_welcome', 'monthly_report', 'webhook_disabled') and subject = :id and sent_at is null`,
    { id: staff.id },
  )
  return staff
}

/** Everybody who may sign in or once could, by address. */
export async function listStaff(db: Knex): Promise<readonly ListedStaff[]> {
  const { rows } = await db.raw<{ rows: ListedStaff[] }>(
    `select s.id, s.email, s.role, s.created_at as "createdAt", s.removed_at as "removedAt",
            (select max(at) from authentication_log l where l.staff_id = s.id and l.kind = 'signed_in') as "lastSignedInAt",
            exists (select 1 from staff_totp_secrets t where t.staff_id = s.id)
              or exists (select 1 from staff_passkeys p where p.staff_id = s.id) as "hasSecondFactor"
       from staff s order by s.email`,
  )
  return rows
}

/** Queues the mail that says where to sign in. */
export async function welcomeStaff(tx: Knex, id: StaffId): Promise<void> {
  await tx.raw(
    `with mail as (
       insert into outbox_messages (kind, message_key, subject) values ('staff_welcome', :key, :id) returning 1)
     select pg_notify(${channelName('outbox')}, '') from mail`,
    { key: `welcome.${randomUUID()}`, id },
  )
}
