import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { mayActAs, roles, type Role } from '../../../src/access/role.ts'
import { bearer, giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { withProfile } from '../../kit/processing.ts'

/** Every route of the service's finance side, asked with each role. */
let db: TestDatabase
let service: FinanceService
let donationId: string

beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
  service = await financeService(db.database)
  donationId = (await giveDonation(db.database.knex)).id
  await createApiToken(db.database.knex, { name: 'a program', role: 'viewer' })
  await hireStaff(db.database.knex, 'viewer')
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function headersOf(role: Role, path: string): Promise<Record<string, string>> {
  if (path.startsWith('/api/')) return bearer(db.database.knex, role)
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
}

/** One's own account, and the ways in and out, which belong to everybody. */
const OWN = /^\/finance\/(account|sign-in|sign-out|second-factor)(\/|$)/
/** Who works here, which systems are notified of gifts, and the erasure of a donor, which nobody can take back. */
const ADMIN =
  /^\/(finance\/(settings\/(staff|tokens|webhooks)|donors\/:id\/erase)|api\/webhook-endpoints)(\/|$)/
/** Totals without donors. What is below them may ask for more. */
const TOTALS = /^\/(finance$|finance\/reports(\/|$)|api\/reports(\/|$))/
/** An auditor exports and keeps views of lists, which stores something and changes nothing of the books. */
const EXPORTS = /^\/finance\/(exports|donors|reports|statements|donations\/views)(\/|$)/

function allowedLeast(method: string, path: string): readonly Role[] {
  if (ADMIN.test(path)) return ['admin']
  // It names what whoever runs the service has to set, and an auditor changes nothing.
  if (path === '/finance/set-up') return ['finance', 'admin']
  if (method === 'POST') return EXPORTS.test(path) ? ['auditor', 'finance', 'admin'] : ['finance', 'admin']
  return TOTALS.test(path) ? ['viewer', 'auditor'] : ['auditor']
}

/** An address of the route: ids that exist where there is one. */
function addressOf(path: string): string {
  return path
    .replace(/\/donations\/:id/, `/donations/${donationId}`)
    .replace(':month', '2026-01')
    .replaceAll(/:\w+/g, randomUUID())
}

/** The least role that the route lets in. */
async function leastRole(method: string, path: string, headers: ReadonlyMap<Role, Record<string, string>>) {
  for (const role of roles) {
    const own = headers.get(role) ?? {}
    const answer =
      method === 'POST'
        ? await service.post(addressOf(path), {}, own)
        : await service.get(addressOf(path), own)
    await answer.arrayBuffer()
    if (answer.status !== 403) return role
  }
  return null
}

async function headersByRole(path: string) {
  const entries = await Promise.all(roles.map(async (role) => [role, await headersOf(role, path)] as const))
  return new Map(entries)
}

test('each route asks for the role that its kind needs, and for no less', async () => {
  const staff = await headersByRole('/finance')
  const programs = await headersByRole('/api/')
  const routes = service.routes.filter(({ path }) => /^\/(finance|api)(\/|$)/.test(path) && !OWN.test(path))
  expect(routes.length).toBeGreaterThan(25)
  const wrong: string[] = []
  for (const { method, path } of routes) {
    const least = await leastRole(method, path, path.startsWith('/api/') ? programs : staff)
    const allowed = allowedLeast(method, path)
    if (least === null || !allowed.includes(least))
      wrong.push(`${method} ${path}: ${least}, not ${allowed.join()}`)
  }
  expect(wrong).toEqual([])
}, 60_000)

test('no route of finance takes a form that another site has posted', async () => {
  const headers = await headersOf('admin', '/finance')
  const foreign = { ...headers, 'Sec-Fetch-Site': 'cross-site' }
  const forms = service.routes.filter(({ method, path }) => method === 'POST' && path.startsWith('/finance'))
  expect(forms.length).toBeGreaterThan(50)
  const taken: string[] = []
  for (const { path } of forms) {
    const answer = await service.post(addressOf(path), {}, foreign)
    await answer.arrayBuffer()
    if (answer.status !== 403) taken.push(`${path}: ${answer.status}`)
  }
  expect(taken).toEqual([])
}, 60_000)

describe('no page leads to what it would refuse', () => {
  test.each(roles)(
    'for the role %s',
    async (role) => {
      const headers = await headersOf(role, '/finance')
      const staff = await headersByRole('/finance')
      const refused: string[] = []
      const seen = new Set<string>()
      const waiting = ['/finance']
      const leastOfForm = new Map<string, Role | null>()
      for (let path = waiting.shift(); path !== undefined && seen.size < 150; path = waiting.shift()) {
        const shape = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/#.*$/, '')
        if (seen.has(shape)) continue
        seen.add(shape)
        const answer = await service.get(path, headers)
        const page = await answer.text()
        if (answer.status === 403) refused.push(`link to ${path}`)
        const location = answer.headers.get('Location')
        if (location?.startsWith('/finance')) waiting.push(location)
        if (!answer.headers.get('Content-Type')?.startsWith('text/html')) continue
        for (const [, link = ''] of page.matchAll(/<a\b[^>]*\bhref="(\/finance[^"]*)"/g))
          waiting.push(link.replaceAll('&amp;', '&'))
        for (const [form] of page.matchAll(/<form\b[^>]*>/g)) {
          const action = /\baction="([^"]*)"/.exec(form)?.[1] ?? path
          const route = service.routes.find(
            (one) => one.method === 'POST' && one.matches(action.replaceAll('&amp;', '&')),
          )
          if (!form.includes('method="post"') || !route || OWN.test(route.path)) continue
          if (!leastOfForm.has(route.path))
            leastOfForm.set(route.path, await leastRole('POST', route.path, staff))
          const least = leastOfForm.get(route.path) ?? null
          if (least === null || !mayActAs(role, least)) refused.push(`form ${action} on ${path}`)
        }
      }
      expect(seen.size).toBeGreaterThan(2)
      expect(refused).toEqual([])
    },
    60_000,
  )
})
