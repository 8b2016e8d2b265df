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

it('recognises a request that came through a trusted proxy', () => {
  expect(callers.cameThroughProxy(requestFrom('10.1.2.3'))).toBe(true)
  expect(callers.cameThroughProxy(requestFrom('203.0.113.9'))).toBe(false)
})
