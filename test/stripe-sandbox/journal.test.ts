import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, gift, movableClock, receiver, sandbox, sdk, types } from './kit.ts'

function journal(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-journal-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'deeper', 'journal.jsonl')
}

describe('after a restart', () => {
  test('sessions, payments, events and keys are as they were', async () => {
    const journalFile = journal()
    const before = await sandbox({ journalFile })
    const paid = await sdk(before).checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    await before.pay(paid.id, 'card')
    const open = await sdk(before).checkout.sessions.create(gift())
    const events = before.events()
    await before.close()

    const after = await sandbox({ journalFile })
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

  test('undelivered events go out, delivered ones do not', async () => {
    const journalFile = journal()
    const endpoint = await receiver((count) => (count === 1 ? 200 : 500))
    const before = await sandbox({ journalFile, webhookUrl: endpoint.url })
    const { id } = await sdk(before).checkout.sessions.create(gift())
    await before.pay(id, 'card')
    await before.deliverPending()
    expect(before.pendingDeliveries()).toBe(3)
    await before.close()

    const second = await receiver()
    const after = await sandbox({ journalFile, webhookUrl: second.url, delivery: { mode: 'automatic' } })
    await eventually(() => after.pendingDeliveries() === 0)
    const sent = second.received.map(({ event }) => event.type)
    expect(sent.toSorted()).toEqual(types(after).slice(1).toSorted())
  })

  test('a bank debit still settles and a session still expires', async () => {
    const journalFile = journal()
    const clock = movableClock()
    const before = await sandbox({ journalFile, clock: clock.now, bankDebitDelayMs: 60_000 })
    const { id } = await sdk(before).checkout.sessions.create(gift())
    await before.pay(id, 'bank_debit')
    const open = await sdk(before).checkout.sessions.create(gift())
    await before.close()
    clock.forwardMs(25 * 3600 * 1000)
    const after = await sandbox({ journalFile, clock: clock.now })
    expect(await sdk(after).checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid' })
    expect(await sdk(after).checkout.sessions.retrieve(open.id)).toMatchObject({ status: 'expired' })
  })

  test('at any byte of the last line, what was answered before is there and the rest is not', async () => {
    const journalFile = journal()
    const before = await sandbox({ journalFile })
    const { id } = await sdk(before).checkout.sessions.create(gift({ metadata: { word: 'ü🗞' } }))
    const kept = statSync(journalFile).size
    await before.pay(id, 'card')
    await before.close()
    const bytes = readFileSync(journalFile)
    for (const end of [kept, kept + 1, Math.floor((kept + bytes.length) / 2), bytes.length - 1]) {
      writeFileSync(journalFile, bytes.subarray(0, end))
      const after = await sandbox({ journalFile })
      expect(await sdk(after).checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
      expect(after.events()).toEqual([])
      await after.pay(id, 'card')
      await after.close()
      const third = await sandbox({ journalFile })
      expect(types(third)).toContain('checkout.session.completed')
      await third.close()
    }
  })

  test('damage in the middle stops the start, with the line named', async () => {
    const journalFile = journal()
    const before = await sandbox({ journalFile })
    await sdk(before).checkout.sessions.create(gift())
    await before.close()
    appendFileSync(journalFile, 'not json\n')
    await expect(sandbox({ journalFile })).rejects.toThrow('damaged in line 2')
  })

  test('nobody else can read what readers typed', async () => {
    const journalFile = journal()
    await sandbox({ journalFile })
    expect(statSync(journalFile).mode & 0o077).toBe(0)
  })
})
