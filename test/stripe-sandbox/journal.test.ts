import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gift, movableClock, sdk } from '../kit/sandbox.ts'
import { emittedTypes, journalPath, sandboxForTest, watchedLog, webhookReceiver } from './kit.ts'

describe('a restart', () => {
  test('keeps sessions, payments, events and idempotency keys', async () => {
    const journalFile = journalPath()
    const before = await sandboxForTest({ journalFile })
    const paid = await sdk(before).checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    await before.pay(paid.id, 'card')
    const open = await sdk(before).checkout.sessions.create(gift())
    const events = before.events()
    await before.close()

    const after = await sandboxForTest({ journalFile })
    const stripe = sdk(after)
    expect(after.events()).toEqual(events)
    expect(after.pendingDeliveries()).toBe(events.length)
    const again = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    expect(again.id).toBe(paid.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    const { url, ...rest } = await stripe.checkout.sessions.retrieve(open.id)
    expect(url).toBe(`${after.url}/c/pay/${open.id}`)
    expect({ ...rest, url: open.url }).toEqual({ ...open })
    await after.pay(open.id, 'card')
    expect((await stripe.checkout.sessions.list({ status: 'complete' })).data).toHaveLength(2)
  })

  test('sends the undelivered events only', async () => {
    const journalFile = journalPath()
    const endpoint = await webhookReceiver((count) => (count === 1 ? 200 : 500))
    const before = await sandboxForTest({ journalFile, webhookUrl: endpoint.url })
    const { id } = await sdk(before).checkout.sessions.create(gift())
    await before.pay(id, 'card')
    await before.deliverPending()
    expect(before.pendingDeliveries()).toBe(3)
    await before.close()

    const second = await webhookReceiver()
    const { log, count } = watchedLog(/^webhook .*: 200 /)
    const after = await sandboxForTest({
      journalFile,
      webhookUrl: second.url,
      delivery: { mode: 'automatic' },
      log,
    })
    await count(3)
    expect(after.pendingDeliveries()).toBe(0)
    const sent = second.received.map(({ event }) => event.type)
    expect(sent.toSorted()).toEqual(emittedTypes(after).slice(1).toSorted())
  })

  test('settles bank debits and expires sessions that fell due in the meantime', async () => {
    const journalFile = journalPath()
    const clock = movableClock()
    const before = await sandboxForTest({ journalFile, clock: clock.now, bankDebitDelayMs: 60_000 })
    const { id } = await sdk(before).checkout.sessions.create(gift())
    await before.pay(id, 'bank_debit')
    const open = await sdk(before).checkout.sessions.create(gift())
    await before.close()
    clock.forwardMs(25 * 3600 * 1000)
    const after = await sandboxForTest({ journalFile, clock: clock.now })
    expect(await sdk(after).checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid' })
    expect(await sdk(after).checkout.sessions.retrieve(open.id)).toMatchObject({ status: 'expired' })
  })

  test('keeps every earlier transaction and drops the last one when its line is torn, at any byte', async () => {
    const journalFile = journalPath()
    const before = await sandboxForTest({ journalFile })
    const { id } = await sdk(before).checkout.sessions.create(gift({ metadata: { word: 'ü🗞' } }))
    const kept = statSync(journalFile).size
    await before.pay(id, 'card')
    await before.close()
    const bytes = readFileSync(journalFile)
    for (const end of [kept, kept + 1, Math.floor((kept + bytes.length) / 2), bytes.length - 1]) {
      writeFileSync(journalFile, bytes.subarray(0, end))
      const after = await sandboxForTest({ journalFile })
      expect(await sdk(after).checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
      expect(after.events()).toEqual([])
      await after.pay(id, 'card')
      await after.close()
      const third = await sandboxForTest({ journalFile })
      expect(emittedTypes(third)).toContain('checkout.session.completed')
      await third.close()
    }
  })

  test('fails with the number of the line when a whole line is damaged', async () => {
    const journalFile = journalPath()
    const before = await sandboxForTest({ journalFile })
    await sdk(before).checkout.sessions.create(gift())
    await before.close()
    appendFileSync(journalFile, 'not json\n')
    await expect(sandboxForTest({ journalFile })).rejects.toThrow('damaged in line 2')
  })

  test('fails when another version of the program wrote a task that it does not know', async () => {
    const journalFile = journalPath()
    await (await sandboxForTest({ journalFile })).close()
    const task = { kind: 'unknown', subject: 'ch_1', dueAtMs: 0, done: false }
    writeFileSync(journalFile, `${JSON.stringify([{ table: 'task', id: 'unknown:ch_1', value: task }])}\n`)
    await expect(sandboxForTest({ journalFile })).rejects.toThrow('another version of this program')
  })

  test('keeps what readers typed from other users of the machine', async () => {
    const journalFile = journalPath()
    await sandboxForTest({ journalFile })
    expect(statSync(journalFile).mode & 0o077).toBe(0)
  })
})
