import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { upsertPayouts } from '../../../src/settlement/payouts/payout-store.ts'
import type { Payout } from '../../../src/settlement/balance/stripe-balance.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, type FinanceService } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { currencyNamed } from '../../kit/named.ts'

const CSV = `Date,Description,Amount
2026-01-14,STRIPE TRANSFER TRACE-0001,812.31
2026-01-16,STRIPE,100.00
2026-01-20,RENT,-500.00
2026-01-28,END,1.00
`

function payout(id: string, wish: Partial<Payout> = {}): Payout {
  return {
    id,
    currency: currencyNamed('usd'),
    amountMinor: 81_231n,
    status: 'paid',
    automatic: true,
    arrivalDate: '2026-01-14',
    createdAt: new Date('2026-01-12T00:00:00Z'),
    balanceTransactionId: null,
    failureBalanceTransactionId: null,
    failureCode: null,
    traceId: null,
    itemisable: 'later',
    ...wish,
  }
}

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('finance', { scope: 'file' }, ({ signedIn }) => signedIn('finance'))
  // The ids of deposits, the latest first. Two deposits of 100.00 a day apart, one with the bank's trace id, and one that no statement will show.
  .extend('deposits', { scope: 'file' }, async ({ pool }) => {
    await upsertPayouts(
      pool,
      [
        payout('po_main', { traceId: 'TRACE-0001' }),
        payout('po_a', { amountMinor: 10_000n, arrivalDate: '2026-01-15' }),
        payout('po_b', { amountMinor: 10_000n, arrivalDate: '2026-01-16' }),
        payout('po_lost', { amountMinor: 7_700n, arrivalDate: '2026-01-18' }),
        payout('po_later', { amountMinor: 9_900n, arrivalDate: '2026-02-09' }),
        payout('po_way', { amountMinor: 8_800n, arrivalDate: '2026-02-12', status: 'in_transit' }),
      ],
      new Date('2026-02-10T00:00:00Z'),
    )
    return ['po_way', 'po_later', 'po_lost', 'po_b', 'po_a', 'po_main']
  })

async function upload(
  service: FinanceService,
  cookies: Record<string, string>,
  text: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = { 'Sec-Fetch-Site': 'same-origin' },
) {
  const form = new FormData()
  form.set('statement', new File([text], '<b>jan</b>.csv'))
  return fetch(`${service.url}/finance/deposits/bank`, {
    method: 'POST',
    redirect: 'manual',
    body: form,
    headers: { ...cookies, ...headers },
  })
}

describe('deposits', () => {
  test('are found by the amount on the bank statement, each leading to its parts', async ({
    service,
    finance,
    deposits,
  }) => {
    const list = await (await service.get('/finance/deposits?amount=%24812.31', finance)).text()
    expect(list).toContain(`/finance/deposits/${deposits.at(-1)}`)
    expect(list).not.toContain('po_lost')
    expect((await service.get('/finance/deposits/po_main', finance)).status).toBe(200)
    const moved = await service.get('/finance/payouts/po_main', finance)
    expect([moved.status, moved.headers.get('Location')]).toEqual([301, '/finance/deposits/po_main'])
  })

  test('refuse a filter that is none by its name, and keep what was typed', async ({ service, finance }) => {
    const answer = await service.get('/finance/deposits?month=2026-13&amount=1e5&colour=red', finance)
    const page = await answer.text()
    expect(answer.status).toBe(400)
    expect(page).toContain('month must be a month, like 2026-01')
    expect(page).toContain('must be an amount as a bank writes it, like 812.31')
    expect(page).toContain('colour is not a known field')
    expect(page).toContain('value="2026-13"')
  })

  test('are read page by page in both directions, every one once', async ({ service, headers, deposits }) => {
    type Answer = { data: { id: string }[]; nextCursor: string | null; previousCursor: string | null }
    const read = async (query: string): Promise<Answer> => {
      const answer = await service.get(`/api/payouts?limit=2${query}`, headers)
      return (await answer.json()) as Answer // checked by what is expected of it below
    }
    const seen: string[] = []
    let page = await read('')
    expect(page.previousCursor).toBeNull()
    for (;;) {
      seen.push(...page.data.map(({ id }) => id))
      if (page.nextCursor === null) break
      page = await read(`&after=${page.nextCursor}`)
    }
    expect(seen).toEqual(deposits)
    const back: string[] = page.data.map(({ id }) => id)
    while (page.previousCursor !== null) {
      page = await read(`&before=${page.previousCursor}`)
      back.unshift(...page.data.map(({ id }) => id))
    }
    expect(back).toEqual(seen)
  })

  test('are not shown to viewers, and strangers are asked to sign in', async ({ service, signedIn }) => {
    for (const path of ['/finance/deposits', '/finance/deposits/po_main', '/finance/deposits/bank']) {
      expect((await service.get(path, await signedIn('viewer'))).status).toBe(403)
      expect((await service.get(path, await signedIn('auditor'))).status).toBe(200)
      expect((await service.get(path)).status).toBe(303)
    }
  })
})

describe('a bank statement', () => {
  test('is taken once, asks for its columns once, and finds the deposits', async ({
    service,
    finance,
    deposits,
    pool,
    headers,
  }) => {
    expect(deposits).toContain('po_main')
    const first = await upload(service, finance, CSV)
    const statement = first.headers.get('Location') ?? ''
    expect([first.status, statement]).toEqual([
      303,
      expect.stringMatching(/^\/finance\/deposits\/bank\/[0-9a-f-]{36}$/),
    ])
    const question = await (await service.get(statement, finance)).text()
    expect(question).toContain('What do the columns mean?')
    expect(question).toContain('&lt;b&gt;jan&lt;/b&gt;.csv')

    const wrong = await service.post(
      `${statement}/columns`,
      { day: '0', amount: '1', currency: 'zzz', dateOrder: 'ymd', decimalSign: '.', description: '1' },
      finance,
    )
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining('Write a currency, like USD.'),
    ])
    const unreadable = await service.post(
      `${statement}/columns`,
      { day: '0', amount: '1', currency: 'USD', dateOrder: 'ymd', decimalSign: '.', description: '1' },
      finance,
    )
    expect([unreadable.status, await unreadable.text()]).toEqual([
      400,
      expect.stringContaining('Line 2: The amount cannot be read.'),
    ])

    const columns = {
      day: '0',
      amount: '2',
      moneyIn: '',
      moneyOut: '',
      reference: '',
      currency: 'USD',
      dateOrder: 'ymd',
      decimalSign: '.',
      description: '1',
    }
    const read = await service.post(`${statement}/columns`, columns, finance)
    expect([read.status, read.headers.get('Location')]).toEqual([303, '/finance/deposits/bank?new=4'])

    const main = await (await service.get('/finance/deposits/po_main', finance)).text()
    expect(main).toContain('STRIPE TRANSFER TRACE-0001')
    const answer = await service.get('/api/payouts?month=2026-01', headers)
    const { data } = (await answer.json()) as { data: { id: string; bank: string; bankDay: string | null }[] } // the route's answer
    expect(Object.fromEntries(data.map(({ id, bank }) => [id, bank]))).toEqual({
      po_main: 'on_statement',
      po_a: 'missing',
      po_b: 'missing',
      po_lost: 'missing',
    })

    // The same file again is known; next month's file of the same bank asks nothing, and overlapping lines come once.
    expect((await upload(service, finance, CSV)).headers.get('Location')).toBe(
      '/finance/deposits/bank?known=1',
    )
    const next = `${CSV}2026-02-20,STRIPE,99.00\n`
    expect((await upload(service, finance, next)).headers.get('Location')).toBe(
      '/finance/deposits/bank?new=1',
    )
    const { rows } = await pool.query(`select act from audit_trail where act like 'bank%' order by position`)
    expect(rows.map(({ act }) => act)).toEqual([
      'bank_statement_uploaded',
      'bank_columns_chosen',
      'bank_statement_uploaded',
    ])
  })

  test('shows what is left on either side, and staff choose between deposits that fit', async ({
    service,
    finance,
    signedIn,
    pool,
  }) => {
    const page = await (await service.get('/finance/deposits/bank', finance)).text()
    expect(page).toContain('Which deposit is $100.00 of Jan 16, 2026?')
    expect(page).toContain('/finance/deposits/po_lost')
    expect(page).not.toContain('RENT')
    const action = /\/finance\/deposits\/bank\/lines\/(\d+)\/match/.exec(page)
    const path = action?.[0] ?? ''
    const unmatch = path.replace('/match', '/unmatch')

    expect((await service.post(path, { payout: 'po_b' }, await signedIn('auditor'))).status).toBe(403)
    expect(
      (await service.post(path, { payout: 'po_b' }, { ...finance, 'Sec-Fetch-Site': 'cross-site' })).status,
    ).toBe(403)
    // A deposit of another amount cannot be chosen, whatever the form says.
    expect((await service.post(path, { payout: 'po_lost' }, finance)).status).toBe(409)
    expect((await service.post(path, { payout: 'po_b' }, finance)).headers.get('Location')).toBe(
      '/finance/deposits/bank?matched=1',
    )
    expect((await service.post(path, { payout: 'po_a' }, finance)).status).toBe(409)
    expect(await (await service.get('/finance/deposits/po_b', finance)).text()).toContain(
      'Jan 16, 2026: STRIPE',
    )
    await service.post(unmatch, {}, finance)
    expect(await (await service.get('/finance/deposits/po_b', finance)).text()).toContain(
      'No bank statement shows it yet.',
    )
    const { rows } = await pool.query(
      `select act, subject from audit_trail where act like 'deposit%' order by position`,
    )
    expect(rows).toEqual([
      { act: 'deposit_matched', subject: 'deposit/po_b' },
      { act: 'deposit_unmatched', subject: 'deposit/po_b' },
    ])
  })

  test('that is none, too large, from another site or from an auditor is refused', async ({
    service,
    finance,
    signedIn,
  }) => {
    const none = await upload(service, finance, 'PK\u0003\u0004 not a statement')
    expect([none.status, await none.text()]).toEqual([400, expect.stringContaining('It is none of CSV, OFX')])
    // What is packed is not unpacked here: a few bytes can hold gigabytes.
    for (const packed of [gzipSync(CSV), deflateSync(CSV), brotliCompressSync(CSV)]) {
      const answer = await upload(service, finance, packed)
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('It is none of CSV, OFX'),
      ])
    }
    const encoded = await upload(service, finance, CSV, {
      'Sec-Fetch-Site': 'same-origin',
      'Content-Encoding': 'gzip',
    })
    expect([encoded.status, await encoded.text()]).toEqual([
      415,
      expect.stringContaining('Send the body without a content encoding.'),
    ])
    expect((await upload(service, finance, '')).status).toBe(400)
    expect((await upload(service, finance, 'x'.repeat(6 * 1024 * 1024))).status).toBe(413)
    expect((await upload(service, finance, CSV, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await upload(service, await signedIn('auditor'), CSV)).status).toBe(403)
    expect((await service.post('/finance/deposits/bank', {}, finance)).status).toBe(415)
  })

  test('is downloaded as it was uploaded, and never opened by the browser', async ({ service, finance }) => {
    const page = await (await service.get('/finance/deposits/bank', finance)).text()
    const id = [...page.matchAll(/\/finance\/deposits\/bank\/([0-9a-f-]{36})"/g)].at(-1)?.[1]
    const file = await service.get(`/finance/deposits/bank/${id}/file`, finance)
    expect(file.headers.get('Content-Type')).toBe('application/octet-stream')
    expect(file.headers.get('Content-Disposition')).toContain('attachment')
    expect(await file.text()).toContain('STRIPE TRANSFER TRACE-0001')
    expect((await service.get('/finance/deposits/bank/x/file', finance)).status).toBe(404)
  })
})
