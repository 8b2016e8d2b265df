import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { reconciliationRecord } from '../../src/reconciliation/reconciliation-record.ts'
import {
  finishedPayouts,
  readClosing,
  RECORD_VERSION,
  recordVersions,
} from '../../src/reconciliation/months/stored-record.ts'

/** A closed month's record as the release wrote it that first knew the version. No fixture is ever edited. */
async function stored(version: number): Promise<Record<string, unknown>> {
  const fixture = new URL(`../fixtures/month-record-v${version}.json`, import.meta.url)
  return JSON.parse(await readFile(fixture, 'utf8')) as Record<string, unknown> // the tests check what is in it
}

const NO_OTHER_ACTIVITY = { explained: false, decidedBy: null, decidedAt: null, movements: [] }

const rows = z.array(z.record(z.string(), z.unknown()))

/** What today's record says beside the fields of a record of version 3 or before. */
function since(record: Record<string, unknown>): Record<string, unknown> {
  const explained = (list: unknown) =>
    rows.parse(list).map((one) => ({ ...one, type: null, explanation: null }))
  return {
    ...record,
    payouts: rows
      .parse(record['payouts'])
      .map((payout) => ({ ...payout, differences: explained(payout['differences']) })),
    differences: explained(record['differences']),
    signOffs: rows.parse(record['signOffs']).map((one) => ({ ...one, month: record['month'] })),
    writeOffs: [],
    exports: [],
    otherActivity: { ...z.record(z.string(), z.unknown()).parse(record['otherActivity']), reason: null },
  }
}

const closing = (version: number, record: unknown) => ({
  month: '2026-01',
  closedAt: new Date('2026-02-02T14:00:00Z'),
  closedBy: 'books@courier.example',
  version,
  stored: record,
})

test('every version has a stored record that is read as today’s record', async () => {
  expect([...recordVersions.keys()]).toContain(RECORD_VERSION)
  for (const version of recordVersions.keys()) {
    const { record } = readClosing(closing(version, await stored(version)))
    expect([version, reconciliationRecord.safeParse(record).success]).toEqual([version, true])
  }
})

test('version 1 is read without a loss', async () => {
  const record = since({
    ...(await stored(1)),
    beforeTheBooks: { opening: null, reversals: [] },
    otherActivity: NO_OTHER_ACTIVITY,
  })
  expect(readClosing(closing(1, await stored(1)))).toEqual({ record })
})

test('version 2 is read without a loss', async () => {
  expect(readClosing(closing(2, await stored(2)))).toEqual({
    record: since({ ...(await stored(2)), otherActivity: NO_OTHER_ACTIVITY }),
  })
})

test('version 3 is read without a loss', async () => {
  expect(readClosing(closing(3, await stored(3)))).toEqual({ record: since(await stored(3)) })
})

test('version 4 is read without a loss', async () => {
  expect(readClosing(closing(4, await stored(4)))).toEqual({ record: await stored(4) })
})

/** What the schema accepts, with its named parts written out in place and without descriptions. */
function shape(schema: z.ZodType): unknown {
  const { $defs: parts = {}, ...whole } = z.toJSONSchema(schema)
  const writtenOut = (node: unknown): unknown => {
    // The order of an enumeration means nothing.
    if (Array.isArray(node)) return node.map(writtenOut).toSorted()
    if (typeof node !== 'object' || node === null) return node
    if ('$ref' in node) return writtenOut(parts[String(node.$ref).replace('#/$defs/', '')])
    const kept = Object.entries(node).filter(
      ([key, value]) => !(['$schema', 'id', 'description'].includes(key) && typeof value === 'string'),
    )
    return Object.fromEntries(kept.map(([key, value]) => [key, writtenOut(value)]))
  }
  return writtenOut(whole)
}

test('a closing is written in the shape of the version that its row names', () => {
  // Red means that the record's shape has changed: `stored-record.ts` says how to add a version.
  const written = recordVersions.get(RECORD_VERSION)
  expect(written && shape(written)).toEqual(shape(reconciliationRecord))
})

describe('a record that this release cannot read', () => {
  test.each([
    ['of a newer version', 99, { month: '2026-01' }],
    ['with a renamed field', 1, { month: '2026-01', isClosed: true }],
    ['without any field', 1, {}],
    ['that is a text', 1, 'gone'],
    ['that is null', 1, null],
  ])('%s is returned as it is stored', (_what, version, record) => {
    const unreadable = closing(version, record)
    expect(readClosing(unreadable)).toEqual({ record: null, unreadable })
    expect(finishedPayouts(unreadable)).toEqual([])
  })
})

test('payouts are finished once they are settled and will not be itemised any further', async () => {
  expect(finishedPayouts(closing(1, await stored(1)))).toEqual(['po_settled', 'po_by_hand'])
})
