import type { Knex } from 'knex'
import { generateSecret, generateURI, verifySync } from 'otplib'
import { opened, sealed, sealedAnew, type SealingKeys } from '../sealed-secret.ts'
import type { StaffId } from '../staff.ts'
import type { Queryable } from '../../db/database.ts'

/** Codes of the step before and after count, too: telephones' clocks are not exact. */
const TOLERANCE_SECONDS = 30
const CODE = /^\d{6}$/

/** What an authenticator app reads from the picture: RFC 6238 with its usual values, SHA-1, six digits, thirty seconds. */
export function authenticatorUri(wish: {
  readonly newsroomName: string
  readonly email: string
  readonly secret: string
}): string {
  return generateURI({ issuer: wish.newsroomName, label: wish.email, secret: wish.secret })
}

/** The secret of the app that is being set up in this session: made at the first call, and the same one from then on. */
export async function newTotpSecret(
  db: Knex,
  { staffId, signInId, keys }: { staffId: StaffId; signInId: string; keys: SealingKeys },
): Promise<string> {
  const { rows } = await db.raw<{ rows: { new_totp_secret: Buffer }[] }>(
    `update staff_sessions set new_totp_secret = coalesce(new_totp_secret, :sealed)
      where data->>'signInId' = :signInId returning new_totp_secret`,
    { sealed: sealed(generateSecret(), staffId, keys), signInId },
  )
  const secret = rows[0] ? opened(rows[0].new_totp_secret, staffId, keys) : null
  if (secret !== null) return secret
  // The keys were replaced while it was set up: begin again.
  const fresh = generateSecret()
  await db.raw(`update staff_sessions set new_totp_secret = :sealed where data->>'signInId' = :signInId`, {
    sealed: sealed(fresh, staffId, keys),
    signInId,
  })
  return fresh
}

type Attempt = { readonly staffId: StaffId; readonly code: string; readonly keys: SealingKeys }

/** Makes the app that is being set up the person's app, in place of an earlier one, when the code is the app's. */
export async function confirmNewTotp(
  tx: Knex,
  { staffId, signInId, code, keys }: Attempt & { readonly signInId: string },
  now: Date,
): Promise<boolean> {
  const { rows } = await tx.raw<{ rows: { new_totp_secret: Buffer | null }[] }>(
    `select new_totp_secret from staff_sessions where data->>'signInId' = :signInId for update`,
    { signInId },
  )
  const sealedSecret = rows[0]?.new_totp_secret
  const secret = sealedSecret ? opened(sealedSecret, staffId, keys) : null
  const step = secret === null ? null : stepOf({ secret, code, now })
  if (!sealedSecret || step === null) return false
  await tx.raw(
    `insert into staff_totp_secrets (staff_id, sealed_secret, last_step, added_at) values (:staffId, :sealedSecret, :step, :now)
     on conflict (staff_id) do update set sealed_secret = excluded.sealed_secret, last_step = excluded.last_step,
       added_at = excluded.added_at, last_used_at = null`,
    { staffId, sealedSecret, step, now },
  )
  await tx.raw(`update staff_sessions set new_totp_secret = null where data->>'staffId' = :staffId::text`, {
    staffId,
  })
  return true
}

/** Whether the code is one that the person's app shows, and none that was used. It is used up now. */
export async function useTotpCode(tx: Knex, { staffId, code, keys }: Attempt, now: Date): Promise<boolean> {
  const { rows } = await tx.raw<{ rows: { sealed_secret: Buffer }[] }>(
    'select sealed_secret from staff_totp_secrets where staff_id = :staffId',
    { staffId },
  )
  const [row] = rows
  const secret = row ? opened(row.sealed_secret, staffId, keys) : null
  const step = secret === null ? null : stepOf({ secret, code, now })
  if (step === null) return false
  // A code of this step or a later one was used: so is this one. Of two requests with one code, one waits and finds that.
  const used = await tx.raw<{ rowCount: number }>(
    `update staff_totp_secrets set last_step = :step, last_used_at = :now where staff_id = :staffId and last_step < :step`,
    { staffId, step, now },
  )
  return used.rowCount === 1
}

/** Seals every app's secret by the first key. @returns how many an older key had sealed */
export async function sealTotpAnew(tx: Queryable, keys: SealingKeys): Promise<number> {
  const { rows } = await tx.query<{ id: StaffId; box: Buffer }>(
    'select staff_id as id, sealed_secret as box from staff_totp_secrets for update',
  )
  const anew = rows.flatMap(({ id, box }) => {
    const secret = sealedAnew(box, id, keys)
    return secret ? [{ id, secret }] : []
  })
  for (const { id, secret } of anew)
    await tx.query('update staff_totp_secrets set sealed_secret = $2 where staff_id = $1', [id, secret])
  return anew.length
}

/** Whether the person had one. */
export async function removeTotp(tx: Knex, staffId: StaffId): Promise<boolean> {
  return (await tx('staff_totp_secrets').where({ staff_id: staffId }).delete()) > 0
}

/** The time step that the code belongs to; null for a wrong code. */
function stepOf({ secret, code, now }: { secret: string; code: string; now: Date }): number | null {
  const token = code.replaceAll(/\s/g, '')
  if (!CODE.test(token)) return null
  const result = verifySync({
    secret,
    token,
    epoch: Math.floor(now.getTime() / 1000),
    epochTolerance: TOLERANCE_SECONDS,
  })
  return result.valid && 'timeStep' in result ? result.timeStep : null
}
