import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Role } from './role.ts'

export type StaffId = string & { readonly __brand: 'StaffId' }
export type Staff = { readonly id: StaffId; readonly email: string; readonly role: Role }

/** Addresses are compared in lower case: nobody remembers how theirs was written. */
export function staffEmail(text: string): string {
  return text.trim().toLowerCase()
}

/** Adds a member of staff; for a known address, changes the role. */
export async function putStaff(
  db: Knex,
  { email, role }: { readonly email: string; readonly role: Role },
): Promise<Staff> {
  const { rows } = await db.raw<{ rows: Staff[] }>(
    `insert into staff (id, email, role) values (:id, :email, :role)
     on conflict (email) do update set role = excluded.role
     returning id, email, role`,
    { id: randomUUID(), email: staffEmail(email), role },
  )
  const [staff] = rows
  if (!staff) throw new Error('an upsert returned no row')
  return staff
}

/** Null for somebody who was removed: their sessions end with the next request. */
export async function staffById(db: Knex, id: StaffId): Promise<Staff | null> {
  const found = await db<Staff>('staff').select('id', 'email', 'role').where({ id }).first()
  return found ?? null
}
