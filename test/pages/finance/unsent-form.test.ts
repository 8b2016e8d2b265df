import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import type { FinanceService } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const TYPED = 'The donor called: <i>please</i> & "thank her"'
const SHOWN = 'The donor called: &lt;i&gt;please&lt;/i&gt; &amp; &quot;thank her&quot;'
const PAGE = '/finance/account/unsent-form'

/** A browser that keeps its cookies as browsers do. */
function browserOf(service: FinanceService) {
  const jar = new Map<string, string>()
  const headers = () => ({ Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') })
  function keep(answer: Response): Response {
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  return {
    jar,
    get: async (path: string) => keep(await service.get(path, headers())),
    post: async (path: string, form: Record<string, string>, further: Record<string, string> = {}) =>
      keep(await service.post(path, form, { ...headers(), ...further })),
  }
}

const test = financeTest
  .extend('gift', { scope: 'file' }, async ({ db }) => (await giveDonation(db.database.knex)).id)
  .extend('ended', ({ db, service, gift }) => {
    const { knex } = db.database
    const path = `/finance/donations/${gift}/notes`
    return {
      path,
      /** Somebody in a browser whose session has ended, as by time. */
      async browser(role: Role = 'finance') {
        const browser = browserOf(service)
        const staff = await hireStaff(knex, role)
        const signIn = async (person = staff) => {
          const token = await signInToken(knex, person, service.now)
          return browser.post('/finance/sign-in/confirm', { token })
        }
        await signIn()
        await knex('staff_sessions').delete()
        browser.jar.delete('staff')
        return { ...browser, signIn, staff }
      },
      rows: async () => knex('staff_unsent_forms').select(),
    }
  })

test('shows the form of somebody whose session ended again after the sign-in, and does nothing of it', async ({
  db,
  ended,
}) => {
  const browser = await ended.browser()
  const refused = await browser.post(ended.path, { text: TYPED })
  expect([refused.status, refused.headers.get('Location')]).toEqual([303, '/finance/sign-in'])
  const signedIn = await browser.signIn()
  expect(signedIn.headers.get('Location')).toBe(PAGE)
  const kept = await (await browser.get(PAGE)).text()
  expect(kept).toContain(`action="${ended.path}?unsent"`)
  expect(kept).toContain(`name="text" value="${SHOWN}"`)
  const page = await (await browser.post(`${ended.path}?unsent`, { text: TYPED })).text()
  expect(page).toContain(SHOWN)
  expect(page).toContain('You were signed out when you sent this form')
  expect(await db.database.knex('donation_notes').select()).toEqual([])
})

test('never shows it to another person who signs in in that browser', async ({ db, ended }) => {
  const browser = await ended.browser()
  await browser.post(ended.path, { text: TYPED })
  const other = await hireStaff(db.database.knex, 'admin')
  await browser.signIn(other)
  const answer = await browser.get(PAGE)
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/finance'])
  await db.database
    .knex('staff_unsent_forms')
    .where({ staff_id: browser.staff.id })
    .update({ staff_id: other.id })
  expect((await browser.get(PAGE)).status).toBe(303)
})

test('keeps it encrypted, for an hour, and of each person the latest alone', async ({ service, ended }) => {
  const browser = await ended.browser()
  await browser.post(ended.path, { text: 'an earlier text' })
  await browser.post(ended.path, { text: TYPED })
  const rows = await ended.rows()
  const own = rows.filter((row: { staff_id: string }) => row.staff_id === browser.staff.id)
  expect(own).toHaveLength(1)
  expect(Buffer.from(own[0].sealed_fields).toString('latin1')).not.toContain('donor')
  await browser.signIn()
  expect((await browser.get(PAGE)).status).toBe(200)
  const now = service.now
  service.now = new Date(now.getTime() + 61 * 60_000)
  expect((await browser.get(PAGE)).status).toBe(303)
  expect(await ended.rows()).toEqual([])
  service.now = now
})

test('keeps nothing of a browser in which nobody signed in, who signed out, or of another site', async ({
  db,
  service,
  ended,
}) => {
  await db.database.knex('staff_unsent_forms').delete()
  await browserOf(service).post(ended.path, { text: TYPED })
  const forged = browserOf(service)
  forged.jar.set('staff-last', (await hireStaff(db.database.knex, 'finance')).id)
  await forged.post(ended.path, { text: TYPED })
  const leaving = await ended.browser()
  await leaving.signIn()
  await leaving.post('/finance/sign-out', {})
  await leaving.post(ended.path, { text: TYPED })
  const lured = await ended.browser()
  await lured.post(ended.path, { text: TYPED }, { 'Sec-Fetch-Site': 'cross-site' })
  expect(await ended.rows()).toEqual([])
})

test('shows a form with several answers of one name as it was', async ({ service, ended }) => {
  const browser = await ended.browser('admin')
  const path = '/finance/settings/webhooks'
  const Cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${service.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Cookie, 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams([
      ['request', randomUUID()],
      ['url', 'https://hooks.example/'],
      ['events', 'donation.created'],
      ['events', 'subscription.ended'],
    ]),
  })
  expect(answer.headers.get('Location')).toBe('/finance/sign-in')
  await browser.signIn()
  const page = await (await browser.get(PAGE)).text()
  expect(page.match(/name="events"/g)).toHaveLength(2)
})
