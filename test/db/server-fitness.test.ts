import { expect, test } from 'vitest'
import { durabilityProblem, versionProblem, type ServerState } from '../../src/db/server-fitness.ts'

const SOUND: ServerState = {
  versionNumber: 150_000,
  version: '15.0',
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
}

test('a server before 15 is too old, and the sentence names both versions', () => {
  expect(versionProblem(SOUND)).toBeNull()
  expect(versionProblem({ ...SOUND, versionNumber: 180_004, version: '18.4' })).toBeNull()
  const tooOld = versionProblem({ ...SOUND, versionNumber: 140_019, version: '14.19 (Debian 14.19-1)' })
  expect(tooOld).toMatch(/^PostgreSQL 14\.19 .* is too old: this service needs 15 or newer\./)
})

test.each([
  [{ fsync: 'off' }, 'fsync off'],
  [{ fullPageWrites: 'off' }, 'full_page_writes off'],
  [{ synchronousCommit: 'off' }, 'synchronous_commit off'],
  [
    { fsync: 'off', fullPageWrites: 'off', synchronousCommit: 'off' },
    'fsync, full_page_writes and synchronous_commit off',
  ],
])('a server with %o does not keep what it commits', (settings, words) => {
  expect(durabilityProblem({ ...SOUND, ...settings }, 'postgres')).toContain(`PostgreSQL has ${words}:`)
})

test('a commit that waits for one disk or for several is kept', () => {
  for (const synchronousCommit of ['on', 'local', 'remote_write', 'remote_apply'])
    expect(durabilityProblem({ ...SOUND, synchronousCommit }, 'postgres')).toBeNull()
})

test('storage that keeps every commit replaces the settings of the disk, and not the waiting for a commit', () => {
  const onStorage = { ...SOUND, fsync: 'off', fullPageWrites: 'off' }
  expect(durabilityProblem(onStorage, 'storage')).toBeNull()
  expect(durabilityProblem({ ...onStorage, synchronousCommit: 'off' }, 'storage')).toContain(
    'PostgreSQL has synchronous_commit off:',
  )
})
