import { expect, onTestFinished, test } from 'vitest'
import { mintSignInLink } from '../../../src/access/sign-in/sign-in-link-store.ts'
import { putStaff } from '../../../src/access/staff-store.ts'
import { testDatabase } from '../../kit/database.ts'
import { ARRIVED, startTestService } from '../../kit/service.ts'

/** One database under secrets that are replaced one after the other. */

const FORMER = 'kT3vQ9xLw0Rz7mNc5Yb1Hf8Js2Pd6Ga4'
const PRESENT = 'Wq8nZ2sVb6Xe0Lr4Tj9Mc3Ky7Uf1Dh5P'

async function database() {
  const own = await testDatabase()
  onTestFinished(own.drop)
  return own.url
}

async function serviceWith(databaseUrl: string, variables: Record<string, string>) {
  const service = await startTestService({ DATABASE_URL: databaseUrl, ...variables })
  onTestFinished(() => service.stop())
  return service
}

/** The cookies of somebody who has just signed in. */
async function signedIn(service: Awaited<ReturnType<typeof serviceWith>>) {
  const { knex } = service.database
  const staff = await putStaff(knex, { email: 'finance@courier.example', role: 'finance' })
  const { token } = await mintSignInLink(knex, staff.id, new Date())
  const answer = await fetch(`${service.url}/finance/sign-in/confirm`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ token }),
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  })
  return {
    Cookie: answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  }
}

test('a replaced SESSION_SECRET that is still listed keeps staff signed in and receipts open', async () => {
  const url = await database()
  const before = await serviceWith(url, { SESSION_SECRET: FORMER })
  const cookies = await signedIn(before)
  const session = await before.session()
  await before.pay(session)
  const receipt = /href="(\/receipts\/[^"]+)"/.exec(await before.thankYou(session, ARRIVED))?.[1] ?? ''
  expect((await before.get('/finance', cookies)).status).toBe(200)

  const both = await serviceWith(url, { SESSION_SECRET: `${PRESENT},${FORMER}` })
  expect((await both.get('/finance', cookies)).status).toBe(200)
  expect((await both.get(receipt)).status).toBe(200)
  const cookiesOfBoth = await signedIn(both)

  const after = await serviceWith(url, { SESSION_SECRET: PRESENT })
  expect((await after.get('/finance', cookies)).status).toBe(303)
  expect((await after.get('/finance', cookiesOfBoth)).status).toBe(200)
  expect((await after.get(receipt)).status).toBe(200)
})

test('a secret for one purpose replaces the keys of that purpose alone', async () => {
  const url = await database()
  const before = await serviceWith(url, { SESSION_SECRET: FORMER })
  const cookies = await signedIn(before)
  const others = { RECEIPT_LINK_SECRET: PRESENT, ADDRESS_HASH_SECRET: PRESENT, CHECKOUT_MARK_SECRET: PRESENT }
  const replacedOthers = await serviceWith(url, { SESSION_SECRET: FORMER, ...others })
  expect((await replacedOthers.get('/finance', cookies)).status).toBe(200)
  const replacedCookies = await serviceWith(url, { SESSION_SECRET: FORMER, SESSION_COOKIE_SECRET: PRESENT })
  expect((await replacedCookies.get('/finance', cookies)).status).toBe(303)
})

test('staff stay signed in while processes are restarted one after the other, when each takes both secrets first', async () => {
  const url = await database()
  const first = await serviceWith(url, { SESSION_SECRET: `${FORMER},${PRESENT}` })
  const second = await serviceWith(url, { SESSION_SECRET: `${PRESENT},${FORMER}` })
  const cookies = [await signedIn(first), await signedIn(second)]
  for (const one of cookies)
    for (const process of [first, second]) expect((await process.get('/finance', one)).status).toBe(200)
})

test('a program goes on with a new token while the old one still works, and alone once that is revoked', async () => {
  const service = await serviceWith(await database(), {})
  const [old, fresh] = [await service.token('viewer'), await service.token('viewer')]
  const at = '/api/reports/totals?from=2026-01-01&to=2026-01-31&by=day'
  expect([(await service.get(at, old)).status, (await service.get(at, fresh)).status]).toEqual([200, 200])
  await service.database.pool.query(
    'update api_tokens set revoked_at = now() where id = (select id from api_tokens order by created_at limit 1)',
  )
  expect([(await service.get(at, old)).status, (await service.get(at, fresh)).status]).toEqual([401, 200])
})
