import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Role } from './role.ts'
import { hashOf } from './secret-hash.ts'

export type ApiToken = { readonly id: string; readonly name: string; readonly role: Role }

/** The prefix lets secret scanners and people recognise it: `rd_` and 32 random bytes. */
const TOKEN = /^rd_[A-Za-z0-9_-]{43}$/

/** @returns the token itself. It is shown once and cannot be read again: only its hash is stored. */
export async function createApiToken(
  db: Knex,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<string> {
  const token = `rd_${randomBytes(32).toString('base64url')}`
  await db('api_tokens').insert({ id: randomUUID(), name, role, token_hash: hashOf(token) })
  return token
}

/** Null for a token that is unknown or revoked. */
export async function findApiToken(db: Knex, token: string): Promise<ApiToken | null> {
  if (!TOKEN.test(token)) return null
  const found = await db<ApiToken & { token_hash: Buffer; revoked_at: Date | null }>('api_tokens')
    .select('id', 'name', 'role')
    .where({ token_hash: hashOf(token) })
    .whereNull('revoked_at')
    .first()
  return found ?? null
}
