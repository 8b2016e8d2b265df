import { expect, it } from 'vitest'
import { callersThrough } from '../../src/http/client-ip.ts'
import { requestFrom } from '../kit/http.ts'

const callers = callersThrough(['10.0.0.0/8', '2001:db8:1::/48', '127.0.0.1'])

it.each([
  ['nobody forwarded', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger may claim what he likes', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
  ['our proxy is believed', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['only the part our proxies wrote', '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['IPv4 in IPv6 clothes', '::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['IPv6 proxies', '2001:db8:1::5', '2001:db8:2::7', '2001:db8:2::7'],
  ['with a port', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6 with a port', '10.0.0.1', '[2001:db8:2::7]:4711', '2001:db8:2::7'],
  ['garbage ends the walk', '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
  ['only proxies', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['socket gone', '', '203.0.113.9', 'unknown'],
])('%s', (_, socket, forwardedFor, expected) => {
  expect(callers.addressOf(requestFrom(socket, forwardedFor))).toBe(expected)
})

it('knows each of many addresses, also when it comes again', () => {
  const addresses = Array.from({ length: 600 }, (_, n) => `203.0.${n >> 8}.${n & 255}`)
  for (const address of [...addresses, ...addresses]) {
    expect(callers.addressOf(requestFrom('10.0.0.1', address))).toBe(address)
    expect(callers.cameThroughProxy(requestFrom(address))).toBe(false)
  }
})

it('recognises a request that came through a trusted proxy', () => {
  expect(callers.cameThroughProxy(requestFrom('10.1.2.3'))).toBe(true)
  expect(callers.cameThroughProxy(requestFrom('203.0.113.9'))).toBe(false)
})

it('sets no limit by address where our own proxy does not name the reader', () => {
  for (const proxy of ['10.0.0.1', '127.0.0.1', '2001:db8:1::5']) {
    expect(callers.readerIsNotNamed(requestFrom(proxy))).toBe(true)
    expect(callers.limitedAs(requestFrom(proxy))).toBeNull()
    expect(callers.limitedAs(requestFrom(proxy, '203.0.113.9'))).toEqual({
      address: '203.0.113.9',
      part: '',
      isShared: false,
    })
  }
  expect(callers.readerIsNotNamed(requestFrom('203.0.113.9'))).toBe(false)
  expect(callers.limitedAs(requestFrom('203.0.113.9'))).toEqual({
    address: '203.0.113.9',
    part: '',
    isShared: false,
  })
})

it.each([
  ['no header', '10.20.0.1', undefined, null],
  ['a private proxy', '192.168.3.4', '203.0.113.9', { network: 'private', address: '192.168.3.4' }],
  ['a proxy on this machine', '::1', '203.0.113.9', { network: 'private', address: '::1' }],
  [
    'an IPv4 proxy on an IPv6 socket',
    '::ffff:172.20.0.2',
    '1.2.3.4',
    { network: 'private', address: '172.20.0.2' },
  ],
  ['a public peer', '198.51.100.7', '203.0.113.9', { network: 'public', address: '198.51.100.7' }],
  ['our proxy and a reader', '10.0.0.1', '203.0.113.9', null],
  ['our proxy and a reader who claims more', '10.0.0.1', '6.6.6.6, 203.0.113.9', null],
  [
    'our proxy behind one that is not named',
    '10.0.0.1',
    '203.0.113.9, 192.168.3.4',
    { network: 'private', address: '192.168.3.4' },
  ],
  ['our proxy and a reader in a private network', '10.0.0.1', '192.168.3.4', null],
])('sees the untrusted proxy behind which readers hide: %s', (_, socket, forwardedFor, expected) => {
  expect(callers.untrustedProxy(requestFrom(socket, forwardedFor))).toEqual(expected)
})

it.each(['forwarded', 'x-real-ip', 'x-forwarded-for', 'cf-connecting-ip', 'true-client-ip'])(
  'sees an untrusted proxy by its header %s',
  (name) => {
    const request = requestFrom('192.168.3.4')
    request.headers[name] = 'for=203.0.113.9'
    expect(callers.untrustedProxy(request)).toEqual({ network: 'private', address: '192.168.3.4' })
  },
)

it('counts a public proxy that is not trusted in a few parts, whatever it claims', () => {
  const claims = Array.from({ length: 500 }, (_, at) => `203.0.${at >> 8}.${at & 255}`)
  const counted = claims.map((claim) => callers.limitedAs(requestFrom('198.51.100.7', claim)))
  expect(new Set(counted.map((one) => one?.address))).toEqual(new Set(['198.51.100.7']))
  expect(new Set(counted.map((one) => one?.part)).size).toBe(8)
  expect(callers.limitedAs(requestFrom('198.51.100.7'))).toEqual({
    address: '198.51.100.7',
    part: '',
    isShared: false,
  })
  expect(callers.limitedAs(requestFrom('192.168.3.4', '203.0.113.9'))).toBeNull()
})

it('takes the address behind our proxy for a shared one only when the request names further addresses', () => {
  // A CDN that TRUSTED_PROXIES does not name stands between the reader and our proxy.
  const throughCdn = callers.limitedAs(requestFrom('10.0.0.1', '81.2.69.160, 203.0.113.9'))
  expect(throughCdn).toMatchObject({ address: '203.0.113.9', isShared: true })
  const alone = callers.limitedAs(requestFrom('10.0.0.1', '203.0.113.9'))
  expect(alone).toMatchObject({ address: '203.0.113.9', isShared: false })
})
