import * as fc from 'fast-check'
import * as lists from '../lists/awkward-texts.ts'
import { hostileText } from './values.ts'
import type { Header } from './wanted-request.ts'

/** As bytes of a header: a text beyond ASCII goes as UTF-8, as careless clients send it. */
const asHeader = (text: string): string => Buffer.from(text.toWellFormed()).toString('latin1')

const values = (...texts: readonly string[]) => fc.oneof(fc.constantFrom(...texts), hostileText.map(asHeader))

/** Every header that the service or its libraries read. */
const HEADERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Host: values(
    '',
    'hx7q.example',
    'a, b',
    '127.0.0.1:99999',
    '[::1',
    'user@hx7q.example',
    'localhost',
    'localhost:1/x',
  ),
  Origin: values(
    'null',
    'https://courier.example',
    'https://hx7q.example',
    'https://courier.example.hx7q.example',
    'HTTPS://COURIER.EXAMPLE',
  ),
  Referer: fc.constantFrom(...lists.urls.map(asHeader)),
  'Sec-Fetch-Site': values('cross-site', 'same-site', 'none', 'same-origin'),
  'X-Forwarded-For': values(
    '1.2.3.4, 5.6.7.8',
    '::1',
    '1.2.3.4:99',
    '[::1]:9',
    'unknown',
    ','.repeat(500),
    '0.0.0.0',
    '999.1.1.1',
    'fe80::1%eth0',
  ),
  'X-Forwarded-Host': values('hx7q.example'),
  'X-Forwarded-Proto': values('javascript', 'https,http'),
  'X-Forwarded-Prefix': values('//hx7q.example', '/..'),
  'X-Original-URL': values('/finance', '//hx7q.example'),
  'X-Rewrite-URL': values('/finance'),
  'X-HTTP-Method-Override': values('DELETE', 'PUT'),
  Forwarded: values('for=1.2.3.4;host=hx7q.example', 'for="_hidden"', 'for=;;;'),
  'X-Request-Id': values('abcdefgh', 'a'.repeat(65), '../../x'),
  'Accept-Language': fc.oneof(fc.constantFrom(...lists.languages.map(asHeader)), hostileText.map(asHeader)),
  Accept: values('*/*', 'text/html', 'application/json', 'a/b;q=2', 'text/html;q=0', ','.repeat(500)),
  'Accept-Encoding': values('br', 'gzip', 'identity;q=0', '*;q=0', 'gzip;q=abc', 'deflate'),
  'Content-Type': values(
    '',
    'text/plain',
    'application/json',
    'application/json; charset=utf-16',
    'application/json;charset="utf-8"',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'a'.repeat(200)}`,
    'multipart/form-data; boundary="a\\"b"',
    'application/x-www-form-urlencoded; charset=latin1',
    'application/xml',
    'a/b; __proto__=1',
  ),
  'Content-Encoding': values('gzip', 'br', 'identity', 'gzip, gzip'),
  'Content-Length': values('0', '-1', '1e3', '99999999999999999999', '+5', '5 5', '0x5'),
  'Transfer-Encoding': values(
    'chunked',
    'chunked, chunked',
    'gzip, chunked',
    'identity',
    'xchunked',
    'chunked\t',
  ),
  Connection: values('upgrade', 'keep-alive, Upgrade', 'Host'),
  Upgrade: values('h2c', 'websocket'),
  Expect: values('100-continue', 'hx7q'),
  Cookie: values(
    'staff=x',
    'staff=x; staff=y; staff.sig=z',
    '__proto__=1',
    'donate-sent=00000000-0000-4000-8000-000000000000.a.b',
    'a='.repeat(3_000),
    '=;=;;',
    'staff.sig=%00',
  ),
  Range: values('bytes=0-0', 'bytes=0-,0-,0-,0-', 'bytes=-1', 'bytes=99999999999-', 'x=1-2'),
  'If-None-Match': values('*', 'W/"x"', '"x", "y"', ','.repeat(500), '"'),
  'If-Modified-Since': values('Thu, 01 Jan 1970 00:00:00 GMT', 'never', '9'.repeat(40)),
  'If-Match': values('*', '"x"'),
  Authorization: values(
    'Bearer',
    'Bearer ',
    `Bearer ${'a'.repeat(5_000)}`,
    'Bearer null',
    'Basic Og==',
    'bearer x',
    'Bearer x y',
    'Negotiate x',
  ),
  'Idempotency-Key': values('', 'a'.repeat(256), 'k', '\x7f'),
  'Challenge-Answer': values(':', 'a:b:c', 'a'.repeat(5_000), 'x.y.z:1'),
  'Stripe-Signature': values(
    't=1,v1=x',
    't=abc',
    't=99999999999999999999,v1=',
    'v1='.repeat(2_000),
    't=1,t=2,v1=a,v1=b',
  ),
  'User-Agent': values('', 'Mozilla/5.0 (hx7q)'),
  'Proxy-Connection': values('keep-alive'),
  TE: values('trailers'),
  Trailer: values('Host'),
  [`X-${'a'.repeat(300)}`]: values('1'),
}

/** Headers without which nothing of a request can be understood, or that say how long it is. */
const ENVELOPE = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'connection',
  'upgrade',
  'expect',
  'trailer',
  'te',
])

/** Whether the request may be refused before any route sees it. */
export const spoilsEnvelope = (headers: readonly Header[]): boolean =>
  headers.some(([name]) => ENVELOPE.has(name.toLowerCase()))

/** One or two headers that no browser sends like that. */
export const hostileHeaders: fc.Arbitrary<readonly Header[]> = fc.array(
  fc
    .constantFrom(...Object.entries(HEADERS))
    .chain(([name, value]) => value.map((one): Header => [name, one.slice(0, 12_000)])),
  { minLength: 1, maxLength: 2 },
)

/** Mostly none. */
export const someHeaders: fc.Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: hostileHeaders },
)
