import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { cookiePlace, servedBelow } from '../../src/http/public-path.ts'
import { headersForAll } from '../../src/http/security-headers.ts'
import { problemsOf, live } from '../config/production-variables.ts'
import { sourceFiles } from '../house/source-files.ts'
import { listen } from '../kit/http.ts'

/** A service below `/give` whose only page shows the path that it was asked for. */
async function below(publicUrl: string, answer: Koa.Middleware) {
  const app = new Koa().use(servedBelow(publicUrl)).use(answer)
  const server = await listen(app.callback())
  onTestFinished(() => server.close())
  return (at: string) => fetch(`${server.url}${at}`, { redirect: 'manual' })
}

test.each([
  ['/give/donate', '/donate'],
  ['/give/give/donate', '/give/donate'],
  ['/donate?x=/give/', '/donate'],
  ['/give', '/give'],
  ['/given/donate', '/given/donate'],
  ['/give//other.example/x', '//other.example/x'],
])('takes the path off %s, as from a proxy that leaves it: %s', async (asked, seen) => {
  const get = await below('https://news.example/give', (ctx) => void (ctx.body = { path: ctx.path }))
  expect(await (await get(asked)).json()).toEqual({ path: seen })
})

test('puts the path before the service’s own addresses and before nothing else', async () => {
  const page = `<a href="/donate">a</a><img src="/a.svg"><form action="/x"><button formaction="/y">
    <a href="//other.example">b</a><a href="https://other.example/">c</a><p title="&quot; href=&quot;/z">href=/q</p>`
  const get = await below('https://news.example/give', (ctx) => {
    ctx.type = ctx.path.slice(1)
    ctx.set('Refresh', '3; url=/thank-you')
    ctx.body = page
  })
  const html = await get('/html')
  expect(await html.text()).toBe(
    page
      .replace('"/donate"', '"/give/donate"')
      .replace('"/a.svg"', '"/give/a.svg"')
      .replace('"/x"', '"/give/x"')
      .replace('"/y"', '"/give/y"'),
  )
  expect(html.headers.get('refresh')).toBe('3; url=/give/thank-you')
  expect(await (await get('/txt')).text()).toBe(page)
})

test.each([
  ['/finance', '/give/finance'],
  ['//other.example/', '//other.example/'],
  ['https://checkout.example/', 'https://checkout.example/'],
])('redirects to %s as %s', async (to, location) => {
  const get = await below('https://news.example/give', (ctx) => ctx.redirect(to))
  expect((await get('/x')).headers.get('location')).toBe(location)
})

test('changes nothing on a host of its own', async () => {
  const get = await below('https://give.news.example', (ctx) => ctx.redirect(`/next${ctx.path}`))
  expect((await get('/give/x')).headers.get('location')).toBe('/next/give/x')
})

test.each([
  ['https://give.news.example', { prefix: '__Host-', path: '/' }],
  ['https://news.example/give', { prefix: '__Secure-', path: '/give' }],
  ['http://localhost:3000', { prefix: '', path: '/' }],
  ['http://localhost:3000/give', { prefix: '', path: '/give' }],
])('cookies of %s are %j', (publicUrl, place) => {
  expect(cookiePlace(publicUrl)).toEqual(place)
})

test('tells browsers to use https for a host only when the host is the service’s own', async () => {
  const hstsOf = async (publicUrl: string, withSubdomains = false) => {
    const app = new Koa().use(headersForAll(publicUrl, withSubdomains)).use((ctx) => void (ctx.body = 'x'))
    const server = await listen(app.callback())
    onTestFinished(() => server.close())
    return (await fetch(server.url)).headers.get('strict-transport-security')
  }
  expect(await hstsOf('https://give.news.example')).toMatch(/^max-age=\d+/)
  expect(await hstsOf('https://give.news.example', true)).toBe('max-age=31536000; includeSubDomains')
  expect(await hstsOf('https://news.example/give', true)).toBeNull()
})

test.each(['/give', '/give/now', '/donate', '/a-b_c~d.e'])('PUBLIC_URL may have the path %s', (path) => {
  expect(problemsOf({ ...live, PUBLIC_URL: `https://news.example${path}` })).toEqual([])
})

test.each(['/give now', '/g%C3%BCve', '/a//b', '/give"x', '/give;x', '/finance', '/api/give', '/receipts'])(
  'PUBLIC_URL may not have the path %s',
  (path) => {
    const problems = problemsOf({ ...live, PUBLIC_URL: `https://news.example${path}` })
    expect(problems.map((line) => line.split(':')[0])).toEqual(['PUBLIC_URL'])
  },
)

test('PUBLIC_URL may have no user and no password, which every link would show', () => {
  expect(problemsOf({ ...live, PUBLIC_URL: 'https://user:hidden@news.example' })).toEqual([
    'PUBLIC_URL: must have no user and no password',
  ])
})

test('PUBLIC_URL’s path may not begin like any address of the service that has addresses below it', () => {
  const routes = sourceFiles
    .filter(({ name }) => name.endsWith('-routes.ts') && !name.startsWith('stripe-sandbox/'))
    .flatMap(({ code }) => [
      ...code.matchAll(/(?:\.(?:get|post|put|delete|options|all)\(|prefix: )'\/([a-z-]+)\//g),
    ])
    .map(([, first = '']) => first)
  const firsts = [...new Set(routes)]
  expect(firsts.toSorted()).toEqual(
    expect.arrayContaining(['api', 'assets', 'finance', 'receipts', 'webhooks']),
  )
  for (const first of firsts)
    expect([first, problemsOf({ ...live, PUBLIC_URL: `https://news.example/${first}` }).length]).toEqual([
      first,
      1,
    ])
})
