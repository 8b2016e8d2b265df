import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A donor changes the amount of a monthly gift and pauses it, on its page, against the offline Stripe. */

let service: TestService

beforeAll(async () => {
  service = await startTestService({ CURRENCIES: 'usd', STRIPE_FEE_RATES: 'usd=2.9%+30' }, { asApp: true })
})
afterAll(() => service?.stop())

const DAY_MS = 24 * 60 * 60 * 1000
const rows = (sql: string, ...values: unknown[]) => selectAll(service.database.pool, sql, ...values)

/** A monthly gift, and the address of its page as the receipt's mail has it. */
async function give(email: string) {
  const session = await service.session({ amount: 1000, frequency: 'monthly', coverFees: true })
  await service.pay(session, { email })
  await service.thankYou(session, ARRIVED)
  const link = await until('the receipt by mail', async () => {
    const mails = await service.mails.list()
    const text = mails.find(({ mail }) => mail.to === email)?.mail.text ?? ''
    return /http:\/\/\S+\/recurring\/\S+/.exec(text)?.[0] ?? null
  })
  const [, id = ''] = /\/recurring\/(sub_\w+)-/.exec(link) ?? []
  await until('its amount', async () => {
    const [row] = await rows(
      'select 1 from subscriptions where stripe_subscription_id = $1 and amount_minor is not null',
      id,
    )
    return row ?? null
  })
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${link}/${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })
  const mails = async () =>
    (await service.mails.list())
      .map(({ mail }) => mail)
      .filter((mail) => mail.to === email && !mail.subject.includes('receipt'))
      .map(({ subject }) => subject.replace('The Willow Creek Courier', 'us'))
  return { id, link, post, mails, page: async () => (await fetch(link)).text() }
}

const gifts = (id: string) =>
  rows(
    'select gross_minor, covered_fee_minor from donations where stripe_subscription_id = $1 order by succeeded_at',
    id,
  )

async function monthsPass(days: number, done: () => Promise<boolean>): Promise<void> {
  let passed = 0
  await until('the renewal', async () => {
    if (passed < days) {
      service.forwardMs(DAY_MS)
      await fetch(service.sandboxUrl)
      passed += 1
    }
    return (await done()) || null
  })
}

it('charges the new amount from the next payment on, and refuses one that nobody may give', async () => {
  const { id, post, page, mails } = await give('changes@reader.example')
  expect(await page()).toContain('$10.61')
  const refused = await post('amount', { amount: '0.10' })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('aria-invalid="true"')
  expect((await post('amount', { amount: 'ten' })).status).toBe(400)
  expect((await post('amount', { amount: '25' })).status).toBe(303)
  expect(await page()).toContain('You give $25.00')
  await monthsPass(40, async () => (await gifts(id)).length === 2)
  expect(await gifts(id)).toEqual([
    { gross_minor: 1061n, covered_fee_minor: 61n },
    { gross_minor: 2500n, covered_fee_minor: 0n },
  ])
  // The page saves what Stripe has, and the worker reads the same again: the donor hears of it once.
  expect(await mails()).toEqual(['Your monthly gift to us has a new amount'])
  const acts = await rows(
    `select act, actor_kind, after from audit_trail where subject = $1 order by position`,
    `subscription/${id}`,
  )
  expect(acts).toEqual([
    {
      act: 'recurring_amount_changed',
      actor_kind: 'donor',
      after: { currency: 'usd', fromMinor: '1061', toMinor: '2500' },
    },
  ])
})

it('charges nothing while it is paused, and goes on afterwards by itself or when the donor says so', async () => {
  const { id, post, page, mails } = await give('pauses@reader.example')
  expect((await post('pause', { months: '2' })).status).toBe(303)
  expect(await page()).not.toContain('Paused until')
  expect((await post('pause', { months: '3' })).status).toBe(303)
  expect(await page()).toContain('Paused until')
  await monthsPass(45, async () => {
    const { data } = await service.stripe.invoices.list({ subscription: id })
    return data.some(({ status }) => status === 'void')
  })
  expect(await gifts(id)).toHaveLength(1)
  expect((await post('resume', {})).status).toBe(303)
  expect(await page()).not.toContain('Paused until')
  await monthsPass(45, async () => (await gifts(id)).length === 2)
  expect((await post('pause', { months: '1' })).status).toBe(303)
  await monthsPass(80, async () => (await gifts(id)).length === 3)
  const acts = await rows(
    `select act from audit_trail where subject = $1 order by position`,
    `subscription/${id}`,
  )
  expect(acts.map(({ act }) => act)).toEqual(['recurring_paused', 'recurring_resumed', 'recurring_paused'])
  const [paused, resumed] = ['Your monthly gift to us is paused', 'Your monthly gift to us goes on']
  await until('a mail for each change', async () => (await mails()).length >= 4 || null)
  expect((await mails()).toSorted()).toEqual([resumed, resumed, paused, paused])
})
