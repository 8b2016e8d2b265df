import type { Knex } from 'knex'
import { opened, sealed, type SealingKeys } from '../sealed-secret.ts'
import type { StaffId } from '../staff.ts'
import type { UnsentForm } from './unsent-form.ts'

/** As long as a sign-in may take, with a slow mail server. */
const KEPT_MS = 60 * 60_000

/** Keeps one form of each person, the latest, for an hour. @param keys of the purpose `unsentForms` */
export async function keepUnsentForm(
  db: Knex,
  {
    staffId,
    form,
    keys,
  }: { readonly staffId: StaffId; readonly form: UnsentForm; readonly keys: SealingKeys },
  now: Date,
): Promise<void> {
  await deleteExpiredForms(db, now)
  await db.raw(
    `insert into staff_unsent_forms (staff_id, path, sealed_fields, expires_at)
     select id, :path, :fields, :expires from staff where id = :staffId and removed_at is null
     on conflict (staff_id) do update
       set path = excluded.path, sealed_fields = excluded.sealed_fields, expires_at = excluded.expires_at`,
    {
      staffId,
      path: form.path,
      fields: sealed(form.fields.toString(), ownerOf(staffId, form.path), keys),
      expires: new Date(now.getTime() + KEPT_MS),
    },
  )
}

/** The form of this person; null when there is none, its hour is over, or another key sealed it. */
export async function unsentFormOf(
  db: Knex,
  staffId: StaffId,
  keys: SealingKeys,
  now: Date,
): Promise<UnsentForm | null> {
  await deleteExpiredForms(db, now)
  const row = await db<{ staff_id: string; path: string; sealed_fields: Buffer }>('staff_unsent_forms')
    .select('path', 'sealed_fields')
    .where({ staff_id: staffId })
    .first()
  const fields = row && opened(row.sealed_fields, ownerOf(staffId, row.path), keys)
  return row && typeof fields === 'string' ? { path: row.path, fields: new URLSearchParams(fields) } : null
}

async function deleteExpiredForms(db: Knex, now: Date): Promise<void> {
  await db('staff_unsent_forms').where('expires_at', '<', now).delete()
}

/** Nobody gets a form to see, or at another address, by moving its row. */
function ownerOf(staffId: StaffId, path: string): string {
  return `${staffId} ${path}`
}
