import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { beforeEach, describe, expect } from 'vitest'
import type { MailingTool } from '../../src/integrations/newsletter/mailing-tool.ts'
import { toolRound } from '../../src/integrations/newsletter/tool-worker.ts'
import { inTransaction } from '../../src/db/database.ts'
import { confirmRequest, forgetAddress, unsubscribe } from '../../src/newsletter/manage-subscription.ts'
import { requestConsent } from '../../src/newsletter/consent-store.ts'
import {
  claimToolDelivery,
  recordToolDone,
  sendToToolAgain,
} from '../../src/newsletter/tool-delivery-store.ts'
import type { ToolAnswer } from '../../src/newsletter/tool-delivery.ts'
import { processingTest as test } from '../kit/fixtures.ts'

/** What the mailing tool hears of an address, in which order, and what is left when it does not listen. */

const AT = new Date('2026-03-02T12:00:00Z')
const done: ToolAnswer = { outcome: 'done' }
type Pool = Parameters<typeof inTransaction>[0]

let said: string[] = []
let answers: ToolAnswer[] = []
beforeEach(() => {
  said = []
  answers = []
})
const tool: MailingTool = {
  subscribe: async ({ email }) => (said.push(`+ ${email}`), answers.shift() ?? done),
  unsubscribe: async ({ email }) => (said.push(`- ${email}`), answers.shift() ?? done),
}
const roundOf = (pool: Pool) =>
  toolRound({
    pool,
    tool,
    clock: () => AT,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  })

async function subscribe(pool: Pool, email: string, hasTool = true): Promise<string> {
  const id = randomUUID()
  const consent = {
    id,
    email,
    language: 'en',
    text: 'Yes',
    source: 'form',
    articleUrl: null,
    askedAt: AT,
  } as const
  await inTransaction(pool, (tx) =>
    requestConsent(tx, { ...consent, expiresAt: new Date(AT.getTime() + 1000) }),
  )
  await inTransaction(pool, (tx) => confirmRequest(tx, id, { at: AT, hasTool }))
  return id
}
const stop = (pool: Pool, email: string) =>
  inTransaction(pool, (tx) => unsubscribe(tx, email, { because: 'page', at: AT }))
const kept = async (pool: Pool, email: string) =>
  (
    await pool.query<{ action: string; status: string }>(
      'select action, status from newsletter_deliveries where lower(email) = lower($1)',
      [email],
    )
  ).rows
const drain = async (pool: Pool) => {
  const round = roundOf(pool)
  while (await round());
}

describe('the mailing tool', () => {
  test('hears of a subscription, and of its end, after which nothing is kept of the address', async ({
    pool,
  }) => {
    await subscribe(pool, 'a@reader.example')
    await drain(pool)
    await stop(pool, 'A@reader.example')
    await drain(pool)
    expect(said).toEqual(['+ a@reader.example', '- a@reader.example'])
    expect(await kept(pool, 'a@reader.example')).toEqual([])
  })

  test('hears the latest wish alone', async ({ pool }) => {
    await subscribe(pool, 'b@reader.example')
    await stop(pool, 'b@reader.example')
    await drain(pool)
    expect(said).toEqual(['- b@reader.example'])
  })

  test('hears what changed while it was spoken to afterwards, and never at the same time', async ({
    pool,
  }) => {
    await subscribe(pool, 'c@reader.example')
    const claimed = await claimToolDelivery(pool, 60_000)
    await stop(pool, 'c@reader.example')
    expect(await claimToolDelivery(pool, 60_000)).toBe(null)
    if (claimed) await recordToolDone(pool, claimed)
    await drain(pool)
    expect(said).toEqual(['- c@reader.example'])
  })

  test('hears again from another worker when one died', async ({ pool }) => {
    await subscribe(pool, 'd@reader.example')
    await claimToolDelivery(pool, 0)
    await drain(pool)
    expect(said).toEqual(['+ d@reader.example'])
  })

  test('that refuses an address leaves it to staff, who send it again', async ({ pool }) => {
    await subscribe(pool, 'e@reader.example')
    answers = [{ outcome: 'failed', failure: 'address_refused', code: 400 }]
    await drain(pool)
    expect(await kept(pool, 'e@reader.example')).toEqual([{ action: 'subscribe', status: 'given_up' }])
    expect(await sendToToolAgain(pool, null)).toBe(1)
    await drain(pool)
    expect(await kept(pool, 'e@reader.example')).toEqual([{ action: 'subscribe', status: 'delivered' }])
  })

  test('that does not answer is asked again later', async ({ pool }) => {
    await subscribe(pool, 'f@reader.example')
    answers = [{ outcome: 'failed', failure: 'unavailable', code: 503 }]
    const round = roundOf(pool)
    expect(await round()).toBe(true)
    expect(await kept(pool, 'f@reader.example')).toEqual([{ action: 'subscribe', status: 'pending' }])
    await pool.query(`delete from newsletter_deliveries`)
  })

  test('that is set later hears of those who subscribed before', async ({ pool }) => {
    await pool.query('delete from newsletter_consents')
    await subscribe(pool, 'g@reader.example', false)
    await drain(pool)
    expect(said).toEqual(['+ g@reader.example'])
  })

  test('drops an address whose owner was erased', async ({ pool }) => {
    await subscribe(pool, 'h@reader.example')
    await drain(pool)
    await inTransaction(pool, (tx) => forgetAddress(tx, 'h@reader.example', AT))
    expect(
      (await pool.query(`select 1 from newsletter_consents where email = 'h@reader.example'`)).rows,
    ).toEqual([])
    await drain(pool)
    expect(said.at(-1)).toBe('- h@reader.example')
    expect(await kept(pool, 'h@reader.example')).toEqual([])
  })
})
