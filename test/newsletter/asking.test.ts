import { describe, expect } from 'vitest'
import { askForNewsletter } from '../../src/newsletter/ask-for-newsletter.ts'
import { confirmRequest } from '../../src/newsletter/manage-subscription.ts'
import { inTransaction } from '../../src/db/database.ts'
import { textFor } from '../../src/text/text.ts'
import { giveDonation } from '../kit/factories.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { profile, selectAll } from '../kit/processing.ts'
import { watched } from '../kit/watched-pool.ts'

const at = new Date('2026-02-10T12:00:00Z')
const DAY_MS = 86_400_000

describe('asking for the newsletter', () => {
  test('takes the same work whether the address is unknown, has given, waits or is subscribed', async ({
    db,
    pool,
  }) => {
    const ask = async (email: string) => {
      const { pool: seen, statements } = watched(pool)
      const deps = { pool: seen, clock: () => at, newsroom: profile }
      await askForNewsletter(deps, { email, source: 'form', articleUrl: null }, textFor('en'))
      return statements
    }
    const ofUnknown = await ask('nobody@reader.example')
    expect(ofUnknown.length).toBeGreaterThan(2)
    expect(await ask('nobody@reader.example')).toEqual(ofUnknown)
    await giveDonation(db.database.knex, { donorEmail: 'giver@reader.example' })
    expect(await ask('giver@reader.example')).toEqual(ofUnknown)
    const [asked] = await selectAll(
      pool,
      `select id from newsletter_consents where email = 'giver@reader.example'`,
    )
    const change = { at, hasTool: false }
    expect(await inTransaction(pool, (tx) => confirmRequest(tx, String(asked?.['id']), change))).not.toBe(
      null,
    )
    expect(await ask('giver@reader.example')).toEqual(ofUnknown)
  })

  test('is confirmed by the link for three days, and not a moment longer', async ({ pool }) => {
    const deps = { pool, clock: () => at, newsroom: profile }
    await askForNewsletter(
      deps,
      { email: 'late@reader.example', source: 'form', articleUrl: null },
      textFor('en'),
    )
    const [asked] = await selectAll(
      pool,
      `select id from newsletter_consents where email = 'late@reader.example'`,
    )
    const confirm = (later: number) =>
      inTransaction(pool, (tx) =>
        confirmRequest(tx, String(asked?.['id']), { at: new Date(at.getTime() + later), hasTool: false }),
      )
    expect(await confirm(3 * DAY_MS)).toBe(null)
    expect(await confirm(3 * DAY_MS - 1)).toMatchObject({ email: 'late@reader.example' })
  })
})
