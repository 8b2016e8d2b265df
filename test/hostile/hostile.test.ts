import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { skipReason } from '../kit/browser.ts'
import { testDatabase } from '../kit/database.ts'
import { lookAt } from './checks/browser-look.ts'
import { htmlProblems, fileNameProblems, leadsElsewhere, problemsOf } from './checks/answer-check.ts'
import { hostile, MOST_GROWTH_BYTES } from './hostile.ts'
import { get, type Target } from './requests/target.ts'
import * as fc from 'fast-check'

/** A small round of what `npm run hostile` tries at length. */
test('answers whatever is sent without an error, a way elsewhere, a foreign tag or a changed row', async () => {
  const { url, drop } = await testDatabase()
  try {
    const tried = await hostile({ seed: 11, runs: 1, againEvery: 4, only: null }, url, () => undefined)
    expect(tried.findings).toEqual([])
    expect(tried.targets).toBeGreaterThan(400)
    expect(tried.showing).toBeGreaterThan(15)
    const [first = 0, second = Infinity] = tried.heapBytes
    expect(second - first).toBeLessThan(MOST_GROWTH_BYTES)
  } finally {
    await drop()
  }
}, 240_000)

const place = { url: 'https://give.example', sandboxUrl: 'https://pay.example' }
const target: Target = {
  name: 'a page',
  as: 'reader',
  described: new Map([
    [
      200,
      new Map([
        ['text/html', null],
        ['application/json', (body: unknown) => (body === 1 ? [] : ['it is not 1'])],
      ]),
    ],
  ]),
  requests: fc.constant(get('/')),
}

test.each([
  ['<p>&lt;hx7q&gt;</p><a href="https://anywhere.example/">x</a>', 0],
  ['<p><hx7q></p>', 1],
  ['<p hx7q="1">', 1],
  ['<img src=x onerror=alert(1)>', 1],
  ['<p style="x">', 1],
  ['<script>x()</script>', 1],
  ['<script src="https://hx7q.example/a.js"></script>', 1],
  ['<script type="application/ld+json">{}</script>', 0],
  ['<a href=" java&#10;script:x()">x</a>', 1],
  ['<form action="//hx7q.example/">', 1],
  ['<base href="https://hx7q.example/">', 1],
  ['<iframe></iframe>', 1],
])('the check of pages judges %s', (html, problems) => {
  expect(htmlProblems(html, place)).toHaveLength(problems)
})

test.each([
  ['/donate', false],
  ['https://give.example/x', false],
  ['https://pay.example/x', false],
  ['//hx7q.example', true],
  ['/\\hx7q.example', true],
  ['/\t/hx7q.example', true],
  ['https://give.example.hx7q.example', true],
  ['javascript:x()', true],
])('the check of redirects knows where %s leads', (location, isElsewhere) => {
  expect(leadsElsewhere(location, place)).toBe(isElsewhere)
})

test.each([
  ['attachment; filename="a.csv"', true],
  ['attachment; filename="a\\"b.csv"', true],
  [`attachment; filename="?.csv"; filename*=UTF-8''%C3%BC.csv`, true],
  ['attachment; filename="a"b.csv"', false],
  [`attachment; filename="a"; filename*=UTF-8''..%2Fx`, false],
])('the check of file names judges %s', (disposition, isGood) => {
  expect(fileNameProblems(disposition)).toHaveLength(isGood ? 0 : 1)
})

test('the check of answers sees errors, second answers, foreign headers and what the description does not name', () => {
  const answer = {
    status: 200,
    headers: [['Content-Type', 'text/html']] as const,
    body: Buffer.from('x'),
    further: Buffer.alloc(0),
  }
  const judge = (change: Partial<typeof answer> | object) =>
    problemsOf(target, get('/'), { ...answer, ...change }, place)
  expect(judge({})).toEqual([])
  expect(judge({ status: 500 })).toHaveLength(2)
  expect(judge({ further: Buffer.from('HTTP/1.1 200 OK') })).toHaveLength(1)
  expect(judge({ headers: [...answer.headers, ['X-Hx7q', '1']] })).toHaveLength(1)
  expect(judge({ headers: [...answer.headers, ['Set-Cookie', 'hx7q=1']] })).toHaveLength(1)
  expect(judge({ headers: [['Content-Type', 'text/plain']] })).toHaveLength(1)
  expect(judge({ status: 201 })).toHaveLength(1)
  const json = { headers: [['Content-Type', 'application/json']] }
  expect(judge({ ...json, body: Buffer.from('1') })).toEqual([])
  expect(judge({ ...json, body: Buffer.from('2') })).toEqual([
    'the description does not allow its body: it is not 1',
  ])
})

test.skipIf(skipReason !== undefined)(
  'the look at pages in a browser sees what was taken for more than text',
  async () => {
    const policy = { 'Content-Security-Policy': "script-src 'self'" }
    const pages: readonly (readonly [
      html: string,
      headers: Record<string, string>,
      seen: readonly string[],
    ])[] = [
      ['<p>&lt;hx7q&gt;', {}, []],
      ['<hx7q></hx7q>', {}, ['a value became <hx7q></hx7q>']],
      ['<script>globalThis.hx7q=1</script>', {}, ['code of a value ran']],
      ['<script>globalThis.hx7q=1</script>', policy, ['the page’s policy refused script-src-elem inline']],
      ['<script>alert("hx7q")</script>', {}, ['a dialog: hx7q']],
      ['<img src="http://127.0.0.2:9/a.png">', {}, ['it fetches http://127.0.0.2:9/a.png']],
      ['<a href="javascript:x()">x</a>', {}, ['a value became <a href="javascript:x()">x</a>']],
    ]
    const server = createServer(({ url = '' }, response) => {
      const [html = '', headers = {}] = pages[Number(url.slice(1))] ?? []
      response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(`<!doctype html>${html}`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo // listening on TCP
      const addresses = pages.map((_, at) => `/${at}`)
      const seen = await lookAt(`http://127.0.0.1:${port}`, '', addresses)
      const seenAt = (address: string) =>
        seen.filter((one) => one.address === address).map(({ what }) => what)
      for (const [at, [, , expected]] of pages.entries())
        expect(seenAt(`/${at}`)).toEqual(expect.arrayContaining([...expected]))
      expect(seenAt('/0')).toEqual([])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
)
