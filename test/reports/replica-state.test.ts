import { expect, test } from 'vitest'
import {
  figuresAsOf,
  MOST_BEHIND_MS,
  replicaState,
  type ReplicaAnswer,
} from '../../src/reports/replica/replica-state.ts'
import { isFaultOfReplica } from '../../src/reports/replica/report-reads-gateway.ts'

const level: ReplicaAnswer = { isReplica: true, isLevel: true, sinceReplayMs: 900_000, unfoldedMs: null }

test('reads a replica that has replayed everything, however long ago the last commit was', () => {
  expect(replicaState(level, 0)).toEqual({ use: 'replica', behindMs: 0 })
})

test('takes the age of the last replayed commit for how far a replica is behind', () => {
  expect(replicaState({ ...level, isLevel: false, sinceReplayMs: 12_000 }, Infinity)).toEqual({
    use: 'replica',
    behindMs: 12_000,
  })
})

test('does not call a replica an hour behind that was level a moment ago, when nothing was committed meanwhile', () => {
  expect(replicaState({ ...level, isLevel: false, sinceReplayMs: 3_600_000 }, 1_500)).toEqual({
    use: 'replica',
    behindMs: 1_500,
  })
})

test('counts a posting that is not in the kept sums of the replica as being behind', () => {
  expect(replicaState({ ...level, unfoldedMs: 9_000 }, 0)).toEqual({ use: 'replica', behindMs: 9_000 })
})

test('reads the primary when the replica is more than a minute behind, and when it never said how far', () => {
  const why = { use: 'primary', why: 'too_far_behind' }
  for (const answer of [
    { ...level, isLevel: false, sinceReplayMs: MOST_BEHIND_MS + 1 },
    { ...level, isLevel: false, sinceReplayMs: null },
    { ...level, unfoldedMs: MOST_BEHIND_MS + 1 },
  ])
    expect(replicaState(answer, Infinity)).toEqual(why)
  const limit = { ...level, isLevel: false, sinceReplayMs: MOST_BEHIND_MS }
  expect(replicaState(limit, Infinity)).toEqual({ use: 'replica', behindMs: MOST_BEHIND_MS })
})

test('reads the primary when the other server takes writes: it was promoted, or is the primary itself', () => {
  expect(replicaState({ ...level, isReplica: false }, 0)).toEqual({ use: 'primary', why: 'no_replica' })
})

test('says as of when figures are from two seconds on', () => {
  const now = new Date('2026-02-10T12:00:00Z')
  expect(figuresAsOf(1_999, now)).toBeNull()
  expect(figuresAsOf(12_000, now)).toEqual(new Date('2026-02-10T11:59:48Z'))
})

test('asks the primary for what the replica failed to answer, but not again for what took too long', () => {
  const failed = (code: string) => Object.assign(new Error('failed'), { code })
  // A conflict with what is replayed, a column of a migration that has not arrived, a server that is gone.
  const faults = ['40001', '42703', '57P01', 'ECONNREFUSED']
  expect(faults.filter((code) => !isFaultOfReplica(failed(code)))).toEqual([])
  expect(isFaultOfReplica(failed('57014'))).toBe(false)
  expect(isFaultOfReplica(new Error('a mistake of ours'))).toBe(false)
})
