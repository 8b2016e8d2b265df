import type { Queryable } from '../db/database.ts'
import type { NewsroomProfile, ProfileInForce } from './profile.ts'
import { lockKey } from '../db/site-scope.ts'

/**
 * Stores the newsroom's details as a dated row when they differ from the latest row. It runs at start under a lock, so
 * that processes that start together write one row.
 */
export async function recordProfile(tx: Queryable, profile: NewsroomProfile, now: Date): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${lockKey("'newsroom_profiles'")})`)
  await tx.query(
    `insert into newsroom_profiles
       (in_force_from, name, address, email, timezone, legal_status, tax_id, fiscal_sponsor, statement)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
     where (select row(name, address, email, timezone, legal_status, tax_id, fiscal_sponsor, statement)
            from newsroom_profiles order by id desc limit 1)
       is distinct from row($2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text)`,
    [
      now.toISOString(),
      profile.name,
      profile.address,
      profile.email,
      profile.timezone,
      profile.legalStatus,
      profile.taxId,
      profile.fiscalSponsor,
      profile.statement,
    ],
  )
}

export async function profilesInForce(tx: Queryable): Promise<ProfileInForce[]> {
  const { rows } = await tx.query<ProfileInForce>({
    name: 'profiles-in-force',
    text: `select id, in_force_from as "inForceFrom" from newsroom_profiles`,
  })
  return rows
}
