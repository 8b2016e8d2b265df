import { expect, onTestFinished, test } from 'vitest'
import { createApiToken, findApiToken } from '../../src/access/tokens/api-token-store.ts'
import { hashOf } from '../../src/access/secret-hash.ts'
import { migrationSettings } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { databaseWithoutTables } from '../kit/database.ts'

const DAY_MS = 86_400_000

test('a token of an older version works for one more year, and the older version can still make one', async () => {
  const { database, drop } = await databaseWithoutTables()
  onTestFinished(drop)
  const { knex } = database
  await knex.migrate.up({ ...migrationSettings, name: '0001_baseline.ts' })
  const token = `rd_${'B'.repeat(43)}`
  const old = { role: 'viewer', created_at: new Date('2020-01-01T00:00:00Z') }
  await knex('api_tokens').insert({
    ...old,
    id: '00000000-0000-4000-8000-000000000001',
    name: 'old',
    token_hash: hashOf(token),
  })
  await migrate(knex)
  expect(await findApiToken(knex, token)).toMatchObject({ name: 'old' })
  await knex('api_tokens').insert({
    ...old,
    id: '00000000-0000-4000-8000-000000000002',
    name: 'by the older version',
    token_hash: hashOf('another'),
  })
  await createApiToken(knex, { name: 'by this version', role: 'viewer' })
  const expiries = await knex('api_tokens').select('expires_at')
  expect(expiries).toHaveLength(3)
  for (const { expires_at: at } of expiries) {
    const days = (at.getTime() - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(364)
    expect(days).toBeLessThan(367)
  }
})
