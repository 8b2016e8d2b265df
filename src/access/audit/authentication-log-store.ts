import type { Knex } from 'knex'
import type { AuthenticationEntry, AuthenticationKind } from './authentication-log.ts'

/** Adds to the log, in the database transaction of what the entry is about where there is one. */
export async function logAuthentication(db: Knex, ...entries: readonly AuthenticationEntry[]): Promise<void> {
  if (entries.length === 0) return
  await db('authentication_log').insert(
    entries.map(({ kind, at, times = 1, staffId = null, tokenId = null }) => ({
      kind,
      at,
      times,
      staff_id: staffId,
      token_id: tokenId,
    })),
  )
}

export type LoggedAuthentication = {
  readonly at: Date
  readonly kind: AuthenticationKind
  readonly times: number
  readonly email: string | null
  readonly tokenName: string | null
  readonly tokenId: string | null
}

/** Oldest first. @param filter.email only what concerns this member of staff */
export async function readAuthenticationLog(
  db: Knex,
  filter: { readonly since: Date; readonly email?: string | undefined },
): Promise<readonly LoggedAuthentication[]> {
  const { rows } = await db.raw<{ rows: LoggedAuthentication[] }>(
    `select l.at, l.kind, l.times, s.email, t.name as "tokenName", l.token_id as "tokenId"
       from authentication_log l left join staff s on s.id = l.staff_id left join api_tokens t on t.id = l.token_id
      where l.at >= :since and (:email::text is null or s.email = :email)
      order by l.at, l.id`,
    { since: filter.since, email: filter.email ?? null },
  )
  return rows
}
