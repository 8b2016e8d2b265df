import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allCurrencies, currencyInfo } from '../../../src/money/currency.ts'
import { defaultLimits } from '../../../src/money/money.ts'
import { limitsSettledIn } from '../../../src/money/settlement-minimum.ts'
import { selectAll } from '../../kit/processing.ts'
import { currencyNamed } from '../../kit/named.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** Every currency with its minor units. The offline Stripe checks amounts by a table of its own. */

let service: TestService

/** The account of the offline Stripe is in the United States, so that 50 yen are too little. */
const offered = new Map(allCurrencies.map((code) => [code, defaultLimits(code)]))
const minimumOf = (code: string) => {
  const currency = currencyNamed(code)
  return limitsSettledIn(offered, currencyNamed('usd')).get(currency)?.minimumMinor ?? 0n
}

beforeAll(async () => {
  service = await startTestService()
  await until('the account’s currency to be known', async () => {
    const { status } = await service.checkout({ amount: 50, currency: 'jpy' })
    return status === 400 ? status : null
  })
})
afterAll(() => service?.stop())

it('creates a session for the smallest gift of every currency, and refuses less', async () => {
  for (const code of allCurrencies) {
    const { step } = currencyInfo(code)
    const amount = Number(minimumOf(code))
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
  gbp: '£0.44',
  jpy: '¥83',
  isk: 'ISK 69',
  bhd: 'BHD 0.210',
  huf: 'HUF 200.00',
  krw: '₩770',
} as const

/** Intl writes a no-break space between a code and its amount. */
function plain(text: string): string {
  return text.replaceAll(/\s|&nbsp;/g, ' ')
}

describe.each(Object.entries(SHOWN))('a gift in %s', (code, shown) => {
  it(`is shown as ${shown} on every page and booked in minor units`, async () => {
    const minimumMinor = minimumOf(code)
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
