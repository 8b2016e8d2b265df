import { expect, test } from 'vitest'
import { audit } from './auditor.ts'
import { expectedOf, lifeOf } from './script/lives.ts'
import { testDatabase } from '../kit/database.ts'

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
