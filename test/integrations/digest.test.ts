import { createServer, type AddressInfo } from 'node:net'
import nock from 'nock'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { postDigest, type DigestResult } from '../../src/integrations/digest-gateway.ts'
import { digestRound } from '../../src/integrations/digest-worker.ts'
import { isPublicAddress } from '../../src/integrations/public-address-gateway.ts'
import { giveDonation } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { currencyNamed } from '../kit/named.ts'
import { nockAnswers } from '../kit/nock-hosts.ts'
import { profile } from '../kit/processing.ts'

describe('an address', () => {
  it.each(['1.1.1.1', '2606:4700::1111'])('of the internet is public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'localhost',
  ])('inside a network is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('posting the digest', () => {
  nockAnswers()

  it('opens no connection to a host that resolves to loopback, or is it', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // it listens on a port
    expect(await postDigest(`https://localhost:${port}/`, 'x')).toBe('not_public')
    expect(await postDigest(`https://127.0.0.1:${port}/`, 'x')).toBe('not_public')
    expect(await postDigest(`https://2130706433:${port}/`, 'x')).toBe('not_public')
    expect(await postDigest(`https://[::ffff:127.0.0.1]:${port}/`, 'x')).toBe('not_public')
    expect(connections).toBe(0)
    server.close()
  })

  it('sends text as JSON, and follows no redirect', async () => {
    const hook = nock('https://hooks.example')
    hook.post('/a', { text: 'hello' }).reply(200)
    expect(await postDigest('https://hooks.example/a', 'hello')).toBe('sent')
    hook.post('/a').reply(307, '', { Location: 'https://hooks.example/b' })
    const followed = hook.post('/b').reply(200)
    expect(await postDigest('https://hooks.example/a', 'hello')).toBe('failed')
    expect(followed.pendingMocks()).toEqual(['POST https://hooks.example:443/b'])
  })
})

describe('the daily digest', () => {
  const roundWith = (
    pool: Parameters<typeof digestRound>[0]['pool'],
    post: () => DigestResult,
    sent: string[],
  ) =>
    digestRound({
      pool,
      post: (text) => Promise.resolve((sent.push(text), post())),
      timezone: profile.timezone,
      newsroomName: 'The Courier',
      reporting: { currency: currencyNamed('usd') },
      clock: () => new Date('2026-06-11T12:00:00Z'),
      log: pino({ level: 'silent' }),
    })

  test('is tried a bounded number of times, and sent once by several workers, without a donor', async ({
    db,
  }) => {
    const { knex, pool } = db.database
    const on = { succeededAt: new Date('2026-06-10T12:00:00Z'), articleTitle: 'Ferries & <trains>' }
    await giveDonation(knex, { ...on, grossMinor: 1500n })
    const sent: string[] = []
    const due = () => pool.query(`update digest_days set next_attempt_at = now() - interval '1 minute'`)
    const failing = roundWith(pool, () => 'failed', sent)
    await failing()
    await failing()
    expect(sent).toHaveLength(1)
    await due()
    const working = roundWith(pool, () => 'sent', sent)
    await Promise.all([working(), working(), working()])
    await due()
    await working()
    expect(sent).toHaveLength(2)
    expect(sent[1]).toMatch(/^The Courier: gifts on Wednesday, June 10, 2026\n1 gift: \$15\.00 USD\n/)
    expect(sent[1]).toContain('Stories that brought most, net:\n• Ferries')
    expect(sent[1]).toContain('Ferries &amp; &lt;trains&gt;')
    expect(sent[1]).not.toMatch(/Ann|reader\.example/)
    await pool.query('delete from digest_days')
    for (let round = 0; round < 8; round++) {
      await failing()
      await due()
    }
    expect(sent).toHaveLength(7)
  })
})
