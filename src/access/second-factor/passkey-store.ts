import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { StaffId } from '../staff.ts'

export type StoredPasskey = {
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly counter: number
}
export type NewPasskey = StoredPasskey & { readonly transports: readonly string[] }

/** Keeps what the next passkey has to sign, in place of an earlier challenge of this session. */
export async function keepChallenge(db: Knex, signInId: string, challenge: string): Promise<void> {
  await db.raw(
    `update staff_sessions set passkey_challenge = :challenge where data->>'signInId' = :signInId`,
    {
      challenge,
      signInId,
    },
  )
}

/** The session's challenge, which nobody gets a second time; null when there is none. */
export async function takeChallenge(db: Knex, signInId: string): Promise<string | null> {
  const { rows } = await db.raw<{ rows: { passkey_challenge: string | null }[] }>(
    `update staff_sessions s set passkey_challenge = null
       from (select key_hash, passkey_challenge from staff_sessions where data->>'signInId' = :signInId for update) before
      where s.key_hash = before.key_hash returning before.passkey_challenge`,
    { signInId },
  )
  return rows[0]?.passkey_challenge ?? null
}

/** @returns false for a passkey that somebody has already */
export async function addPasskey(
  tx: Knex,
  staffId: StaffId,
  { passkey, name }: { readonly passkey: NewPasskey; readonly name: string },
  now: Date,
): Promise<boolean> {
  const { credentialId, publicKey, counter, transports } = passkey
  const inserted = await tx('staff_passkeys')
    .insert({
      id: randomUUID(),
      staff_id: staffId,
      credential_id: credentialId,
      public_key: publicKey,
      counter,
      transports: [...transports],
      name,
      added_at: now,
    })
    .onConflict('credential_id')
    .ignore()
    .returning('id')
  return inserted.length === 1
}

/** Null when the person has no such passkey. */
export async function passkeyNamed(
  tx: Knex,
  staffId: StaffId,
  credentialId: string,
): Promise<StoredPasskey | null> {
  const { rows } = await tx.raw<{ rows: { public_key: Buffer; counter: bigint }[] }>(
    `select public_key, counter from staff_passkeys where staff_id = :staffId and credential_id = :credentialId for update`,
    { staffId, credentialId },
  )
  const [row] = rows
  return row ? { credentialId, publicKey: row.public_key, counter: Number(row.counter) } : null
}

export async function recordPasskeyUse(
  tx: Knex,
  { credentialId, counter }: { readonly credentialId: string; readonly counter: number },
  now: Date,
): Promise<void> {
  await tx('staff_passkeys').where({ credential_id: credentialId }).update({ counter, last_used_at: now })
}
