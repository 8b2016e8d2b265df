import { expect, test } from 'vitest'
import { audit, beyondBounds } from './auditor.ts'
import { expectedOf, lifeOf } from './script/lives.ts'
import { torture } from './torture.ts'
import { testDatabase } from '../kit/database.ts'

/** A small round of what `npm run torture` plays at length. */
test('loses nothing and counts nothing twice while processes are killed, PostgreSQL is stopped and others fail', async () => {
  const sizes = { events: 300, backlog: 100, kills: 4, stops: 1, connections: 16 }
  const result = await torture({ seed: 11, minutes: 0, ...sizes }, () => undefined)
  expect(result.findings.filter(({ wrong }) => wrong > 0)).toEqual([])
  expect(result.done).toHaveLength(6)
}, 240_000)

test.each([
  [{}, []],
  [{ takenUpMs: 5_001 }, ['claims of a dead worker that were taken up after 5 s']],
  [{ takenUpMs: null }, ['claims of a dead worker that were taken up after 5 s']],
  [{ mailedAgainMs: 5_001 }, ['mails of a dead worker that were sent after 5 s']],
  [{ backlogMs: 60_001 }, ['backlogs that took longer than 60 s']],
  [{ backlogMs: 60_001, backlog: 20_000 }, []],
  [{ backlog: 0, takenUpMs: null }, []],
  [{ extraMails: 9 }, ['mails sent again, more than one for each of the 8 interruptions']],
])('the auditor of a full round judges %o', (change, found) => {
  const usual = {
    takenUpMs: 5_000,
    mailedAgainMs: 5_000,
    backlogMs: 60_000,
    backlog: 10_000,
    extraMails: 8,
    interruptions: 8,
  }
  const findings = beyondBounds({ ...usual, ...change })
  expect(findings.filter(({ wrong }) => wrong > 0).map(({ what }) => what)).toEqual(found)
})

test('the auditor finds a gift that is missing, and a receipt and a mail that nobody got', async () => {
  const { url, drop } = await testDatabase()
  try {
    const life = lifeOf(7, 1)
    const expected = expectedOf(life)
    expect(expected).not.toBeNull()
    const findings = await audit(url, {
      expected: expected === null ? [] : [expected],
      unpaid: 0,
      acknowledged: new Set(['evt_lost']),
      lost: new Set(),
      mails: [],
      interruptions: 0,
    })
    const found = findings.filter(({ wrong }) => wrong > 0).map(({ what }) => what)
    expect(found).toEqual([
      'acknowledged events that are not stored',
      'gifts that are missing',
      'accounts that differ from the script',
      'donors who got no mail',
    ])
  } finally {
    await drop()
  }
})
