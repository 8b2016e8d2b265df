import { expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../kit/database.ts'
import { rehearse, type Rehearsed, type RehearsalOptions } from './rehearsal.ts'

async function rehearsed(options: Omit<RehearsalOptions, 'database'>): Promise<Rehearsed> {
  const own = await testDatabase()
  onTestFinished(() => own.drop())
  const played = await rehearse({ ...options, database: own.database })
  await played.house.close()
  return played
}

const SMALL = { donations: 110, months: 4 }

test.each([1, 2, 3])(
  'months of traffic under seed %i end with the script’s own books',
  { timeout: 120_000 },
  async (seed) => {
    const { differences } = await rehearsed({ ...SMALL, seed })
    expect(differences).toEqual([])
  },
)
