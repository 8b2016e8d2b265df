import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ListedMail } from '../../../src/mail/captured-mail.ts'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** The mails to a reader who gives again and again, each sent once, and how they change the card or stop. */

let service: TestService

beforeAll(async () => {
  service = await startTestService({
    CURRENCIES: 'usd,eur',
    STRIPE_FEE_RATES: 'usd=2.9%+30',
    RENEWAL_REMINDER_DAYS: '30',
  })
})
afterAll(() => service?.stop())

const DAY_MS = 24 * 60 * 60 * 1000
const rows = (sql: string, ...values: unknown[]) => selectAll(service.database.pool, sql, ...values)

/** A recurring gift that is paid, of a donor whom no other test has. @returns its subscription, and its mails */
async function give(email: string, wish: Record<string, unknown> = {}) {
  const session = await service.session({ amount: 1000, frequency: 'monthly', ...wish })
  await service.pay(session, { email })
  await service.thankYou(session, ARRIVED)
  const [row] = await until('its subscription', async () => {
    const found = await rows(
      `select s.stripe_subscription_id as id from subscriptions s join checkouts c on c.id = s.checkout_id
       where c.stripe_session_id = $1 and s.status = 'active' and s.card_last4 is not null`,
      session.id,
    )
    return found.length > 0 ? found : null
  })
  const id = String(row?.['id'])
  return { id, session, mails: (subject: RegExp) => mailsTo(email, subject) }
}

async function mailsTo(email: string, subject: RegExp): Promise<ListedMail['mail'][]> {
  const all = await service.mails.list()
  return all.map(({ mail }) => mail).filter((mail) => mail.to === email && subject.test(mail.subject))
}

const oneMail = (mails: (subject: RegExp) => Promise<ListedMail['mail'][]>, subject: RegExp) =>
  until(`a mail ${subject}`, async () => (await mails(subject))[0] ?? null)

/** Moves the time of Stripe and of the service day by day, and has what is due read again. */
async function daysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    service.forwardMs(DAY_MS)
    await fetch(service.sandboxUrl)
  }
}

/** Days until there is something to see. The worker looks by itself once a day, by the service's clock. */
const daysUntil = <T>(what: string, most: number, look: () => Promise<T | null>) => {
  let days = 0
  return until(what, async () => {
    if (days < most) {
      await daysPass(1)
      days += 1
    }
    return look()
  })
}

/** Days until the card has been declined, and no longer: Stripe's next attempt would succeed. */
async function declineNext(id: string): Promise<void> {
  await fetch(`${service.sandboxUrl}/subscriptions/${id}/decline`, { method: 'POST' })
  await until('the refusal at Stripe', async () => {
    await daysPass(1)
    return (await service.stripe.subscriptions.retrieve(id)).status === 'past_due'
  })
}

const linkIn = (text: string): string => {
  const [link] = /http:\/\/\S+\/recurring\/\S+/.exec(text) ?? []
  if (link === undefined) throw new Error('the mail has no link to the recurring gift')
  return link
}
const sandboxAct = (path: string, form: Record<string, string> = {}) =>
  fetch(`${service.sandboxUrl}${path}`, { method: 'POST', body: new URLSearchParams(form) })
const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', headers })

it('says of each payment whether it is a renewal, when the next one is and how to stop, and covers the fee each time', async () => {
  const { id, mails } = await give('renews@reader.example', { coverFees: true })
  const first = await oneMail(mails, /receipt/)
  expect(first.text).toContain('This is the first payment of your monthly gift. The next payment is on')
  expect(first.text).toContain('$10.61 USD, of which $0.61 covers the processing fee')
  await daysPass(32)
  const given = await until('the renewal', async () => {
    const found = await rows(
      `select d.gross_minor, d.covered_fee_minor, sum(b.net_minor)::bigint as net from donations d
         join balance_transactions b using (payment_intent_id)
       where d.stripe_subscription_id = $1 group by d.id`,
      id,
    )
    return found.length === 2 ? found : null
  })
  // Stripe took what was covered, so the newsroom nets the whole gift, twice.
  const one = { gross_minor: 1061n, covered_fee_minor: 61n, net: 1000n }
  expect(given).toEqual([one, one])
  const [renewal] = await until('both receipts', async () => {
    const found = await mails(/receipt/)
    return found.length === 2 ? found : null
  })
  for (const body of [renewal?.text, renewal?.html]) {
    expect(body).toContain('This is a renewal of your monthly gift. The next payment is on')
    expect(body).toContain('/recurring/sub_')
  }
  expect(linkIn(renewal?.text ?? '')).toBe(linkIn(first.text))
}, 60_000)

it('stops at the end of the paid period by the link in a mail, once, and says so once', async () => {
  const { id, mails } = await give('stops@reader.example')
  const link = linkIn((await oneMail(mails, /receipt/)).text)
  const page = await fetch(link)
  const shown = await page.text()
  expect(page.headers.get('cache-control')).toBe('private, no-store')
  expect(page.headers.get('referrer-policy')).toBe('strict-origin')
  expect(shown).toContain('You give $10.00 to The Willow Creek Courier every month.')
  expect(shown).toContain('Visa card ending in 4242, valid to December 2034')
  expect(shown).toContain('Next payment')
  // Looking changes nothing: mail programs look first.
  expect((await service.stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(false)

  const answers = await Promise.all([post(`${link}/stop`), post(`${link}/stop`)])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  const stopped = await service.stripe.subscriptions.retrieve(id)
  expect(stopped).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
    cancellation_details: { comment: 'The donor stopped it by the link in a mail of the newsroom.' },
  })
  expect(await (await fetch(link)).text()).toContain('Your monthly gift has been stopped')
  const mail = await oneMail(mails, /has been stopped/)
  expect(mail.text).toContain('You have stopped your monthly gift of $10.00 to The Willow Creek Courier.')
  expect(mail.text).toContain('What you have given counts until')

  await daysPass(35)
  await until('its end', async () => (await service.stripe.subscriptions.retrieve(id)).status === 'canceled')
  await until('its end here', async () => {
    const [row] = await rows(
      `select ended_at from subscriptions where stripe_subscription_id = $1 and not stale`,
      id,
    )
    return row?.['ended_at'] ? row : null
  })
  expect(await rows(`select count(*) from donations where stripe_subscription_id = $1`, id)).toEqual([
    { count: 1n },
  ])
  expect(await mails(/has been stopped/)).toHaveLength(1)
}, 60_000)

it('does not say that the donor stopped what was stopped at Stripe', async () => {
  const { id, mails } = await give('elsewhere@reader.example')
  await sandboxAct(`/subscriptions/${id}/cancel-now`)
  const mail = await oneMail(mails, /has been stopped/)
  expect(mail.text).toContain(
    'was stopped on the pages of Stripe, which handles our payments: by you, or by our staff.',
  )
  expect(mail.text).toContain('Nothing more will be charged.')
}, 60_000)

it('asks for another card when a renewal fails, once for all tries, and goes on with the card that was saved', async () => {
  const { id, mails } = await give('fails@reader.example')
  await declineNext(id)
  const mail = await oneMail(mails, /could not be charged/)
  expect(mail.text).toContain('Your monthly gift of $10.00 to The Willow Creek Courier could not be charged.')
  expect(mail.text).toContain('Visa card ending in 4242')
  const link = linkIn(mail.text)
  const page = await (await fetch(link)).text()
  expect(page).toContain('The last payment could not be charged.')
  expect(page).toMatch(/href="http:\/\/127\.0\.0\.1:\d+\/i\/in_\w+"/)

  const toStripe = await post(`${link}/card`)
  expect(toStripe.status).toBe(303)
  const portal = toStripe.headers.get('location') ?? ''
  expect(portal).toContain('/p/session/bps_')
  const back = await post(portal)
  const home = await fetch(back.headers.get('location') ?? '')
  expect(home.status).toBe(200)
  await until('the new card', async () => {
    const [row] = await rows(`select card_last4 from subscriptions where stripe_subscription_id = $1`, id)
    return row?.['card_last4'] === '4444'
  })
  await daysUntil('the payment', 10, async () => {
    const [row] = await rows(`select count(*) from donations where stripe_subscription_id = $1`, id)
    return row?.['count'] === 2n ? row : null
  })
  expect(await mails(/could not be charged/)).toHaveLength(1)
}, 90_000)

it('ends a gift whose payment fails at once when its donor stops it, so that nothing is tried again', async () => {
  const { id, mails } = await give('fails-and-stops@reader.example')
  await declineNext(id)
  const mail = await oneMail(mails, /could not be charged/)
  await post(`${linkIn(mail.text)}/stop`)
  expect((await service.stripe.subscriptions.retrieve(id)).status).toBe('canceled')
  expect((await oneMail(mails, /has been stopped/)).text).toContain('You have stopped')
}, 90_000)

it('warns before the card of the next payment expires, once', async () => {
  const { id, mails } = await give('expires@reader.example')
  await sandboxAct(`/subscriptions/${id}/card-expires`)
  // The next payment is a month away, when the card is not valid any more.
  const mail = await daysUntil('the warning', 25, async () => (await mails(/expires soon/))[0] ?? null)
  expect(mail.text).toContain('Your Visa card ending in 4242 is valid only to the end of')
  await daysPass(2)
  expect(await mails(/expires soon/)).toHaveLength(1)
}, 60_000)

it('reminds of a yearly gift before it renews, when the newsroom wants that, and a monthly one never', async () => {
  const yearly = await give('yearly@reader.example', { frequency: 'yearly' })
  const monthly = await give('monthly@reader.example')
  await daysPass(333)
  expect(await yearly.mails(/renews on/)).toHaveLength(0)
  const mail = await daysUntil('the reminder', 8, async () => (await yearly.mails(/renews on/))[0] ?? null)
  expect(mail.text).toContain('$10.00 will be charged to your Visa card ending in 4242 then.')
  await daysPass(2)
  expect(await yearly.mails(/renews on/)).toHaveLength(1)
  expect(await monthly.mails(/renews on/)).toHaveLength(0)
}, 120_000)

it('tells a reader whose bank refuses a debit later that nothing was given, with a way to try again', async () => {
  const session = await service.session({ amount: 2500, currency: 'usd' })
  await service.pay(session, { how: 'bank_debit', settles: 'failed', email: 'refused@reader.example' })
  await service.settle(session, 'failed')
  const mails = (subject: RegExp) => mailsTo('refused@reader.example', subject)
  const mail = await oneMail(mails, /Your bank did not pay/)
  expect(mail.text).toContain('You wanted to give $25.00 to The Willow Creek Courier from your bank account.')
  const [again] = /http:\/\/\S+\/donate\?again=\S+/.exec(mail.text) ?? []
  expect((await fetch(String(again))).status).toBe(200)
  expect(await mails(/receipt/)).toHaveLength(0)
})

it('tells a donor that the bank has taken a debit back, and that the receipt is void', async () => {
  const email = 'returned@reader.example'
  const session = await service.session({ amount: 2500 })
  await service.pay(session, { how: 'bank_debit', email })
  await service.settle(session, 'succeeded')
  const [gift] = await until('the gift', async () => {
    const found = await rows(
      `select charge_id from donations where donor_email = $1 and charge_id is not null`,
      email,
    )
    return found.length > 0 ? found : null
  })
  await sandboxAct(`/charges/${String(gift?.['charge_id'])}/return`)
  const mail = await oneMail((subject) => mailsTo(email, subject), /no longer valid/)
  for (const body of [mail.text, mail.html])
    expect(body).toContain('Your bank took the payment back after it had confirmed it.')
})

it('opens no gift by another token, and takes no form of another site', async () => {
  const { id, mails } = await give('guarded@reader.example')
  const link = linkIn((await oneMail(mails, /receipt/)).text)
  const other = link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  expect((await fetch(other)).status).toBe(404)
  expect((await post(`${other}/stop`)).status).toBe(404)
  expect((await post(`${link}/stop`, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await service.stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(false)
}, 60_000)

it('does not say that Stripe is away when the gift could not be stopped for a reason of ours', async () => {
  const { id, mails } = await give('ours@reader.example')
  const link = linkIn((await oneMail(mails, /receipt/)).text)
  await service.owner.pool.query('alter table recurring_stops rename to recurring_stops_away')
  try {
    const answer = await post(`${link}/stop`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('Stripe does not answer')
    expect((await service.stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(false)
  } finally {
    await service.owner.pool.query('alter table recurring_stops_away rename to recurring_stops')
  }
}, 60_000)
