import { pino } from 'pino'
import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { messageDigestRound } from '../../src/donors/messages/gift-message-worker.ts'
import { askNewsroom, keepMessage } from '../../src/donors/messages/reader-message-store.ts'
import { deliveryGateway } from '../../src/integrations/webhooks/delivery-gateway.ts'
import { deliverTo } from '../../src/integrations/webhooks/delivery-worker.ts'
import { endpointActs } from '../../src/integrations/webhooks/manage-endpoints.ts'
import { composeMessageDigest } from '../../src/mail/kinds/donor-mails.ts'
import { giveDonation } from '../kit/factories.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { listen } from '../kit/http.ts'
import { testKeys } from '../kit/keys.ts'
import { profile, selectAll } from '../kit/processing.ts'

/** An hour after midnight in New York. */
const NIGHT = new Date('2026-02-11T06:10:00Z')
const YESTERDAY = new Date('2026-02-10T23:30:00Z')

describe('what donors wrote on a day', () => {
  test('goes to the newsroom in one e-mail, whoever asks how often, and without what was erased', async ({
    db,
    pool,
  }) => {
    const ann = await giveDonation(db.database.knex)
    const eve = await giveDonation(db.database.knex, { donorName: null, donorEmail: 'eve@reader.example' })
    const write = (donationId: string, text: string, at: Date) =>
      keepMessage(pool, {
        id: randomUUID(),
        donationId,
        text,
        at,
        source: 'thank_you',
        messageMail: 'daily',
      })
    await write(ann.id, 'More ferries, please', YESTERDAY)
    await write(eve.id, '<b>Hello</b>', YESTERDAY)
    await write(eve.id, 'Of today', NIGHT)
    const asked = { donationId: ann.id, text: 'May I visit?', at: YESTERDAY, messageMail: 'daily' } as const
    await inTransaction(pool, (tx) => askNewsroom(tx, asked))
    const round = (at: Date) => messageDigestRound({ pool, timezone: profile.timezone, clock: () => at })()
    const owed = () =>
      selectAll(
        pool,
        `select kind, message_key, subject from outbox_messages where kind in ('message_digest', 'reader_message')`,
      )
    // The day is over, but a message of its last minute may still be on its way.
    await round(new Date('2026-02-11T05:10:00Z'))
    expect(await owed()).toEqual([])
    for (const at of [NIGHT, NIGHT, new Date('2026-02-12T06:10:00Z')]) await round(at)
    const [first] = await owed()
    expect(await owed()).toEqual([
      { kind: 'message_digest', message_key: 'messages.2026-02-10', subject: '2026-02-10' },
      { kind: 'message_digest', message_key: 'messages.2026-02-11', subject: '2026-02-11' },
    ])

    const compose = () =>
      composeMessageDigest(
        {
          pool,
          clock: () => NIGHT,
          publicUrl: 'https://give.example',
          newsroom: profile,
          languages: { offered: ['en'], fallback: 'en' },
          logoUrl: null,
        },
        {
          id: 1n,
          kind: 'message_digest',
          messageKey: 'messages.2026-02-10',
          subject: '2026-02-10',
          attempts: 1,
        },
        '<a@b>',
      )
    expect(first?.['subject']).toBe('2026-02-10')
    const mail = await compose()
    expect(mail?.subject).toBe('3 messages from donors on February 10, 2026')
    expect(mail?.to).toMatchObject({ address: profile.email })
    for (const words of ['Ann Giver (ann@reader.example):', 'More ferries, please', 'asks:', 'May I visit?'])
      expect(mail?.text).toContain(words)
    expect(mail?.text).not.toContain('Of today')
    expect(mail?.html).toContain('&lt;b&gt;Hello')
    await pool.query(`update reader_messages set text = ''`)
    expect(await compose()).toBe(null)
  })

  test('reaches an endpoint as message.received, signed and once, with the words only where it may know donors', async ({
    db,
    pool,
  }) => {
    const received: { readonly headers: Record<string, string>; readonly body: string }[] = []
    const receiver = await listen((request, response) => {
      let body = ''
      request.on('data', (part) => (body += String(part)))
      request.on('end', () => {
        received.push({ headers: request.headers as Record<string, string>, body }) // no header comes twice here
        response.writeHead(204).end()
      })
    })
    try {
      const clock = () => new Date()
      const acts = endpointActs({ pool, clock, keys: testKeys })
      const add = async (withDonor: boolean) => {
        const id = randomUUID()
        const wish = {
          url: `${receiver.url}/hook`,
          description: '',
          events: ['message.received'] as const,
          withDonor,
        }
        return { id, ...(await acts.add(id, wish, { kind: 'operator', name: 'kim' })) }
      }
      const [plain, trusted] = [await add(false), await add(true)]
      const gift = await giveDonation(db.database.knex)
      const message = {
        id: gift.id,
        donationId: gift.id,
        text: 'Keep asking',
        at: new Date(),
        source: 'gift',
        messageMail: 'off',
      } as const
      expect(await keepMessage(pool, message)).toBe(true)
      expect(await keepMessage(pool, message)).toBe(false)
      const deps = {
        pool,
        keys: testKeys,
        post: deliveryGateway('local', 2_000),
        clock,
        spread: () => 0,
        log: pino({ level: 'silent' }),
      }
      for (const { id, secret } of [plain, plain, trusted]) {
        const before = received.length
        await deliverTo(deps, id, new AbortController().signal)
        const [delivery] = received.slice(before)
        if (!delivery) continue
        const event = new Webhook(secret).verify(delivery.body, delivery.headers)
        expect(event).toMatchObject({
          type: 'message.received',
          data: { donationId: gift.id, source: 'gift' },
        })
      }
      // To the endpoint that may not know donors it goes once, and says neither who wrote nor what.
      expect(received.map(({ body }) => /Keep asking|Ann Giver|ann@/.test(body))).toEqual([false, true])
    } finally {
      await receiver.close()
    }
  })
})
