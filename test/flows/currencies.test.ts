import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allCurrencies, currencyInfo } from '../../src/money/currency.ts'
import { selectAll } from '../kit/processing.ts'
import { currencyNamed } from '../kit/named.ts'
import { ARRIVED, type TestService, startTestService } from '../kit/service.ts'

/** Every currency with its minor units. The offline Stripe checks amounts by a table of its own. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

it('creates a session for the smallest gift of every currency, and refuses less', async () => {
  for (const code of allCurrencies) {
    const { minimumMinor, step } = currencyInfo(code)
    const amount = Number(minimumMinor)
    const { id } = await service.session({ amount, currency: code })
    const { amount_total, currency } = await service.stripe.checkout.sessions.retrieve(id)
    expect([currency, amount_total]).toEqual([code, amount])
    const tooLittle = await service.checkout({ amount: amount - Number(step), currency: code })
    expect([code, tooLittle.status]).toEqual([code, 400])
  }
})

it('creates a session for the largest gift of every currency, and refuses more', async () => {
  for (const code of allCurrencies) {
    const { donationMaximumMinor, step } = currencyInfo(code)
    const amount = Number(donationMaximumMinor)
    const response = await service.checkout({ amount: amount + Number(step), currency: code })
    expect([code, response.status]).toEqual([code, 400])
    await service.session({ amount, currency: code })
  }
})

const SHOWN = {
  usd: '$0.50',
  eur: '€0.50',
  gbp: '£0.30',
  jpy: '¥50',
  isk: 'ISK 63',
  bhd: 'BHD 0.190',
  huf: 'HUF 175.00',
  krw: '₩50',
} as const

/** Intl writes a no-break space between a code and its amount. */
function plain(text: string): string {
  return text.replaceAll(/\s|&nbsp;/g, ' ')
}

describe.each(Object.entries(SHOWN))('a gift in %s', (code, shown) => {
  it(`is shown as ${shown} on every page and booked in minor units`, async () => {
    const { minimumMinor } = currencyInfo(currencyNamed(code))
    const session = await service.session({ amount: Number(minimumMinor), currency: code })
    expect(plain(await (await fetch(session.url)).text())).toContain(shown)
    await service.pay(session)
    const page = plain(await service.thankYou(session, ARRIVED))
    expect(page).toContain(`<strong>${shown}</strong>`)
    const receipt = /href="(\/receipts\/[\w-]+)"/.exec(page)?.[1] ?? ''
    expect(plain(await (await service.get(receipt)).text())).toContain(shown)
    expect((await service.get(`${receipt}.pdf`)).status).toBe(200)
    const [booked] = await selectAll(
      service.database.pool,
      `select d.gross_minor, d.currency, sum(e.amount_minor) filter (where e.account = 'stripe_clearing') as clearing
       from donations d join ledger_transactions t on t.donation_id = d.id
         join ledger_entries e on e.ledger_transaction_id = t.id and e.currency = d.currency
       where d.stripe_session_id = $1 group by d.id`,
      session.id,
    )
    expect(booked).toMatchObject({ gross_minor: minimumMinor, currency: code })
    expect(BigInt(String(booked?.['clearing']))).toBe(minimumMinor)
  })
})

it('refuses amounts that are not a multiple of the currency’s step', async () => {
  for (const [currency, amount] of [
    ['isk', 10_050],
    ['ugx', 500_050],
    ['bhd', 1_005],
    ['kwd', 5_001],
  ])
    expect((await service.checkout({ amount, currency })).status).toBe(400)
})
