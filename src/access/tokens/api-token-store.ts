import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { ApiToken, ListedToken } from './api-token.ts'
import type { RefusedKind } from '../audit/authentication-log.ts'
import { hashOf } from '../secret-hash.ts'
import { lockKey } from '../../db/site-scope.ts'

/** The prefix lets secret scanners and people recognise it: `rd_` and 32 random bytes. */
const TOKEN = /^rd_[A-Za-z0-9_-]{43}$/

/** @param wish.expiresAt a year from now by default; the database's clock decides when it has come */
export async function createApiToken(
  db: Knex,
  wish: Pick<ApiToken, 'name' | 'role'> & { readonly id?: string; readonly expiresAt?: Date },
): Promise<string> {
  const { name, role, id = randomUUID(), expiresAt } = wish
  const token = `rd_${randomBytes(32).toString('base64url')}`
  const expiry = expiresAt === undefined ? {} : { expires_at: expiresAt }
  await db('api_tokens').insert({ id, name, role, token_hash: hashOf(token), ...expiry })
  // It is shown once and cannot be read again: only its hash is stored.
  return token
}

/** Whether no token has this id. Of two forms with one id the second one waits for the first. */
export async function isNewTokenId(tx: Knex, id: string): Promise<boolean> {
  await tx.raw(`select pg_advisory_xact_lock(${lockKey(':key')})`, { key: `token ${id}` })
  const found = await tx('api_tokens').where({ id }).first()
  return found === undefined
}

/** The token, whose use today is recorded; null for one that is unknown, revoked or expired. */
export async function findApiToken(db: Knex, token: string): Promise<ApiToken | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.raw<{ rows: ApiToken[] }>(
    `with usable as (
       select id, name, role, last_used_on, (now() at time zone 'UTC')::date as today from api_tokens
        where token_hash = :hash and revoked_at is null and expires_at > now()),
     used as (
       update api_tokens t set last_used_on = u.today from usable u
        where t.id = u.id and u.last_used_on is distinct from u.today)
     select id, name, role from usable`,
    { hash: hashOf(token) },
  )
  return rows[0] ?? null
}

/** For the log: why `findApiToken` did not find it. */
export async function whyTokenIsRefused(
  db: Knex,
  token: string,
): Promise<{ readonly kind: RefusedKind; readonly tokenId: string | null }> {
  const unknown = { kind: 'refused_token_unknown', tokenId: null } as const
  if (!TOKEN.test(token)) return unknown
  const row = await db<{ id: string; revoked_at: Date | null; token_hash: Buffer }>('api_tokens')
    .select('id', 'revoked_at')
    .where({ token_hash: hashOf(token) })
    .first()
  if (!row) return unknown
  return { kind: row.revoked_at ? 'refused_token_revoked' : 'refused_token_expired', tokenId: row.id }
}

/** Every token that ever was, oldest first; never the token itself. */
export async function listApiTokens(
  db: Knex,
  filter: { readonly name?: string | undefined; readonly id?: string | undefined } = {},
): Promise<readonly ListedToken[]> {
  const { rows } = await db.raw<{ rows: ListedToken[] }>(
    `select id, name, role, created_at as "createdAt", last_used_on as "lastUsedOn", expires_at as "expiresAt",
            revoked_at as "revokedAt"
       from api_tokens where (:name::text is null or name = :name) and (:id::uuid is null or id = :id)
      order by created_at, id`,
    { name: filter.name ?? null, id: filter.id ?? null },
  )
  return rows
}

/** @returns false for a token that was revoked before */
export async function revokeApiToken(tx: Knex, id: string, now: Date): Promise<boolean> {
  return (await tx('api_tokens').where({ id }).whereNull('revoked_at').update({ revoked_at: now })) > 0
}
