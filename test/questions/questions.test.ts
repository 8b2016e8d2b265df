import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Role } from '../../src/access/role.ts'
import { formatMoney, storedMoney } from '../../src/money/money.ts'
import { pdfText } from '../kit/pdf-text.ts'
import { skipReason } from '../kit/browser.ts'
import { refund, stripeEvent, stripeId } from '../kit/stripe-events.ts'
import { openDesk, type Desk, type Stranger } from './desk.ts'

/**
 * The questions of a finance desk. A stranger who has just signed in answers each in at most three clicks or searches.
 * What the answer must be comes from the tables by SQL of its own, and not from the queries of the pages.
 */

const MOST_STEPS = 3
const MARCH = { from: '2025-03-01', to: '2025-03-31' }

/** The most pixels that a page with the rehearsal's data may be tall on a phone of 360 by 800. */
const MOST_TALL: Readonly<Record<string, number>> = {
  donations: 4_500,
  deposits: 4_800,
  'reports/year': 5_000,
  'reports/accounts?from=2025-05-01&to=2025-05-31': 6_000,
  'reports/accounts/stripe_clearing?from=2025-05-01&to=2025-05-31': 4_500,
  'reports/receipts?year=2025': 5_300,
  'reports/recurring': 4_500,
  'settings/accounts': 3_500,
  'settings/audit': 6_000,
}

vi.setConfig({ hookTimeout: 180_000, testTimeout: 60_000 })

/** The recurring gifts that run on the rehearsal's last day, and what falls due in June of them. */
const RUNNING = `
  with running as (
    select *, status = 'active' and cancel_at is null and not is_paused and case frequency
      when 'monthly' then (current_period_end at time zone 'America/New_York')::date < '2025-07-01'
      else to_char(current_period_end at time zone 'America/New_York', 'YYYY-MM') = '2025-06' end as is_due
    from subscriptions where ended_at is null and status in ('active', 'past_due', 'unpaid')
      and stripe_subscription_id in (select stripe_subscription_id from donations))
  select initcap(frequency) as frequency, currency, count(*) as agreements, count(cancel_at) as ending, count(*) filter (where is_paused) as paused,
    count(*) filter (where is_due) as due, sum(case when is_due then amount_minor else 0 end)::bigint as sum
  from running group by 1, 2 order by 1, 2`

/** The monthly gifts that began and ended in each month, the latest month first. */
const MONTHLY_CHANGES = `
  select to_char(month, 'FMMonth YYYY') as month,
    count(*) filter (where date_trunc('month', s.started_at at time zone 'America/New_York') = month) as started,
    count(*) filter (where date_trunc('month', s.ended_at at time zone 'America/New_York') = month) as ended
  from generate_series('2025-01-01'::timestamp, '2025-05-01', '1 month') month, subscriptions s
  where s.frequency = 'monthly' and s.stripe_subscription_id in (select stripe_subscription_id from donations)
  group by month.month order by month.month desc`

/** What monthly gifts brought in each month in US dollars, of what Stripe settled in them. */
const MONTHLY_SUMS = `
  select to_char(month, 'FMMonth YYYY') as month,
    coalesce(sum(sums.amount_minor) filter (where type in ('charge', 'payment')), 0)::bigint as gross,
    coalesce(sum(sums.net_minor), 0)::bigint as net
  from generate_series('2025-01-01'::timestamp, '2025-05-01', '1 month') month left join (
    select b.*, greatest(t.booked_on, gift.day) as day
    from donations d join balance_transactions b on b.payment_intent_id = d.payment_intent_id and b.currency = 'usd'
      join ledger_transactions t on t.source = b.id and t.effect = 'settled'
      join lateral (select max(g.booked_on) as day from ledger_transactions g where g.donation_id = d.id
        and g.effect in ('donation_succeeded', 'donation_redated_to')) gift on true
    where d.frequency = 'monthly'
  ) as sums on date_trunc('month', sums.day::timestamp) = month
  group by month.month order by month.month desc`

/** What all gifts came to in US dollars between two days, as Stripe settled them, by campaign too. */
const SETTLED_IN_DOLLARS = `
  select d.campaign_name as campaign, count(distinct d.id) filter (where b.type in ('charge', 'payment')) as gifts,
    coalesce(sum(b.amount_minor) filter (where b.type in ('charge', 'payment')), 0)::bigint as gross,
    coalesce(sum(b.fee_minor), 0)::bigint as fees, coalesce(sum(b.net_minor), 0)::bigint as net
  from donations d join balance_transactions b on b.payment_intent_id = d.payment_intent_id and b.currency = 'usd'
    join ledger_transactions t on t.source = b.id and t.effect = 'settled'
    join lateral (select max(g.booked_on) as day from ledger_transactions g where g.donation_id = d.id
      and g.effect in ('donation_succeeded', 'donation_redated_to')) gift on true
  where greatest(t.booked_on, gift.day) between $1 and $2
  group by d.campaign_name`

/** The recurring gifts that run, and of which Stripe reported a failed payment after the latest gift. */
const FAILED_RENEWALS = `
  select to_char(min(e.created_at) at time zone 'America/New_York', 'Mon FMDD, YYYY') as since,
    initcap(s.frequency) as frequency, s.amount_minor as amount, s.currency, coalesce(s.article_title, '–') as story
  from subscriptions s join inbox_states i on i.correlation_id = s.stripe_subscription_id
    join inbox_events e on e.id = i.inbox_event_id and e.type = 'invoice.payment_failed'
  where s.ended_at is null and e.created_at > (
    select max(d.succeeded_at) from donations d where d.stripe_subscription_id = s.stripe_subscription_id)
  group by s.stripe_subscription_id order by max(e.created_at) desc`

const minorOf = (amount: string | undefined) => BigInt((amount ?? '').replace('.', '') || '0')
const shown = (minor: bigint | number, currency: string) =>
  formatMoney(storedMoney(BigInt(minor), currency), 'en')

describe.skipIf(skipReason)(`a stranger at the finance desk${skipReason ? ` (${skipReason})` : ''}`, () => {
  let desk: Desk
  const strangers: Stranger[] = []

  beforeAll(async () => {
    desk = await openDesk()
  })
  afterEach(async () => {
    for (const stranger of strangers.splice(0)) {
      if (stranger.steps() > MOST_STEPS) throw new Error(`The answer took ${stranger.steps()} steps`)
      await stranger.page.context().close()
    }
  })
  afterAll(() => desk?.close())

  async function sitDown(role: Role): Promise<Stranger> {
    const stranger = await desk.stranger(role)
    strangers.push(stranger)
    return stranger
  }

  it('finds the gifts of a deposit by the amount on the bank statement (a)', async () => {
    const [payout] = await desk.rows<{ id: string; amount: bigint; currency: string; gifts: bigint }>(`
      select p.id, p.amount_minor as amount, p.currency, count(d.id) as gifts
      from payouts p join payout_items i on i.payout_id = p.id
        join balance_transactions t on t.id = i.balance_transaction_id and t.type in ('charge', 'payment')
        join donations d on d.payment_intent_id = t.payment_intent_id
      where p.status = 'paid' and p.amount_minor > 0 group by p.id order by gifts desc, p.id limit 1`)
    if (!payout) throw new Error('The rehearsal paid nothing out')
    const names = await desk.rows<{ name: string }>(
      `select coalesce(d.donor_name, d.donor_email) as name from payout_items i
         join balance_transactions t on t.id = i.balance_transaction_id and t.type in ('charge', 'payment')
         join donations d on d.payment_intent_id = t.payment_intent_id
       where i.payout_id = $1 and coalesce(d.donor_name, d.donor_email) is not null`,
      [payout.id],
    )
    const stranger = await sitDown('auditor')
    await stranger.section('Deposits')
    await stranger.send({ 'Amount on the bank statement': String(Number(payout.amount) / 100) }, 'Find')
    await stranger.link(shown(payout.amount, payout.currency))
    const page = await stranger.text()
    expect(Number(payout.gifts)).toBeGreaterThan(2)
    expect(page).toContain(payout.id)
    expect(page).toContain('Its parts add up to the cent.')
    for (const { name } of names) expect(page).toContain(name)
  })

  it('reads what each story brought in a month after all costs (b)', async () => {
    // Stripe's own net of the gifts that it settled in US dollars. A bank debit that Stripe settles before it succeeds
    // counts on the day on which it succeeds.
    const stories = await desk.rows<{ title: string; net: bigint }>(
      `select max(d.article_title) as title, sum(b.net_minor)::bigint as net
       from donations d join balance_transactions b on b.payment_intent_id = d.payment_intent_id
         join ledger_transactions t on t.source = b.id and t.effect = 'settled'
         join lateral (select max(g.booked_on) as day from ledger_transactions g where g.donation_id = d.id
           and g.effect in ('donation_succeeded', 'donation_redated_to')) gift on true
       where greatest(t.booked_on, gift.day) between $1 and $2 and d.article_url is not null and b.currency = 'usd'
       group by d.article_url`,
      [MARCH.from, MARCH.to],
    )
    const stranger = await sitDown('viewer')
    await stranger.section('Reports')
    await stranger.link('Stories')
    await stranger.send({ From: MARCH.from, To: MARCH.to }, 'Show')
    expect(stories.length).toBeGreaterThan(3)
    for (const { title, net } of stories) {
      const row = await stranger.page.getByRole('row').filter({ hasText: title }).first().innerText()
      expect(row).toContain(shown(net, 'usd'))
    }
  })

  it('finds all gifts of a donor by a search (c)', async () => {
    const [donor] = await desk.rows<{ email: string; gifts: bigint; numbers: string[] }>(`
      select lower(d.donor_email) as email, count(distinct d.id) as gifts,
             array_agg(distinct r.year || '-' || lpad(r.number::text, 6, '0')) as numbers
      from donations d join receipts r on r.donation_id = d.id
      where d.donor_email is not null group by 1 having count(distinct d.id) between 2 and 10
      order by gifts desc, email limit 1`)
    if (!donor) throw new Error('Nobody gave twice')
    const stranger = await sitDown('auditor')
    await stranger.lookUp(donor.email)
    await stranger.click(stranger.page.locator('td.who a').first())
    const page = await stranger.text()
    expect(page).toContain(`${donor.gifts} donations since`)
    for (const number of donor.numbers) expect(page).toContain(number)
    const statement = stranger.page.getByRole('link', { name: 'Statement of 2025 (PDF)' }).first()
    // Chromium shows a PDF without a page that could be read, so the link is followed beside it.
    const address = new URL((await statement.getAttribute('href')) ?? '', stranger.page.url())
    const words = pdfText(await (await stranger.page.context().request.get(address.href)).body())
    const given = await desk.rows<{ currency: string; gross: bigint; left: bigint; gifts: bigint }>(
      `select currency, sum(gross_minor)::bigint as gross, count(*) as gifts,
              sum(gross_minor - refunded_minor - disputed_minor)::bigint as left
       from donations where lower(donor_email) = $1 and succeeded_on between '2025-01-01' and '2025-12-31' group by 1`,
      [donor.email],
    )
    expect(given.length).toBeGreaterThan(0)
    for (const { currency, gross, left } of given) {
      const [all, remains] = [gross, left].map((minor) => shown(minor, currency))
      const sum = words.split('\n').find((line) => line.startsWith(`In all: ${all}`))
      expect(sum).toContain(left === gross ? all : `${remains} ${currency.toUpperCase()} remains`)
    }
    const rows = words
      .split('\n')
      .filter((line) => / 2025 .*\d\.\d\d/.test(line) && !line.startsWith('In all'))
    expect(rows).toHaveLength(given.reduce((sum, { gifts }) => sum + Number(gifts), 0))
  })

  it('reads why a gift is disputed and until when to answer (d)', async () => {
    const open = await desk.rows<{ reason: string; day: string; fee: bigint; currency: string }>(
      `select reason, fees.fee, fees.currency, to_char(evidence_due_by at time zone 'America/New_York', 'Mon FMDD, YYYY') as day
       from disputes p join donations d on d.id = p.donation_id, lateral (
         select sum(b.fee_minor)::bigint as fee, min(b.currency) as currency from balance_transactions b
         where b.payment_intent_id = d.payment_intent_id and b.source like 'd%_%') as fees
       where p.status in ('needs_response', 'warning_needs_response') and evidence_due_by > $1
       order by evidence_due_by limit 1`,
      [desk.played.service.clock()],
    )
    const [first] = open
    if (!first) throw new Error('No dispute waits for an answer')
    const stranger = await sitDown('auditor')
    await stranger.link('Answer it')
    const page = await stranger.text()
    expect(page).toContain(first.day)
    expect(page).toMatch(/Disputed, [^\n]*: [A-Z][^\n]+\./)
    expect(Number(first.fee)).toBeGreaterThan(0)
    expect(page.replace(/\s+/g, ' ')).toContain(`Stripe’s dispute fee ${shown(first.fee, first.currency)}`)
  })

  const FILES = {
    quickbooks: {
      key: 'Account Name',
      account: (account: string) => `Own ${account}`,
      minor: (line: Record<string, string>) => minorOf(line['Debits']) - minorOf(line['Credits']),
    },
    xero: {
      key: '*AccountCode',
      account: (account: string) => `X-${account}`,
      minor: (line: Record<string, string>) => minorOf(line['*Amount']),
    },
  }

  it.each([
    ['QuickBooks', 'quickbooks'],
    ['Xero', 'xero'],
  ] as const)('downloads a month for %s with the newsroom’s own account codes (e)', async (_, format) => {
    const { key, account: ownOf, minor: balanceOf } = FILES[format]
    const stranger = await sitDown('finance')
    await desk.rows(`
      insert into account_codes (account, code, name, changed_at)
      select distinct account, 'X-' || account, 'Own ' || account, now() from ledger_entries
      on conflict (account) do nothing`)
    await stranger.section('Reports')
    await stranger.link('Exports')
    const saved = stranger.page.waitForEvent('download')
    const form = stranger.page.locator('form[action="/finance/exports/journal"]')
    await form.getByLabel('First day').fill(MARCH.from)
    await form.getByLabel('Last day').fill(MARCH.to)
    await form.getByLabel('For', { exact: true }).selectOption(format)
    await form.getByLabel('Currency').selectOption('usd')
    await stranger.click(form.getByRole('button', { name: 'Download CSV' }))
    const file = await readFile(await (await saved).path(), 'utf8')
    const lines: Record<string, string>[] = parse(file, { bom: true, columns: true })
    const exported = new Map<string, bigint>()
    for (const line of lines) {
      const account = line[key] ?? ''
      exported.set(account, (exported.get(account) ?? 0n) + balanceOf(line))
    }
    const posted = await desk.rows<{ account: string; sum: bigint }>(
      `select e.account, sum(e.amount_minor)::bigint as sum
       from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
       where t.booked_on between $1 and $2 and e.currency = 'usd' group by 1 having sum(e.amount_minor) <> 0`,
      [MARCH.from, MARCH.to],
    )
    expect(posted.length).toBeGreaterThan(4)
    expect(Object.fromEntries([...exported].filter(([, sum]) => sum !== 0n))).toEqual(
      Object.fromEntries(posted.map(({ account, sum }) => [ownOf(account), sum])),
    )
    expect([...exported.values()].reduce((sum, minor) => sum + minor, 0n)).toBe(0n)
  })

  /** Sums of the groups of `SETTLED_IN_DOLLARS`. */
  async function settledBetween(from: string, to: string) {
    const groups = await desk.rows<Record<'gifts' | 'gross' | 'fees' | 'net', bigint>>(SETTLED_IN_DOLLARS, [
      from,
      to,
    ])
    const sum = (of: 'gifts' | 'gross' | 'fees' | 'net') => groups.reduce((all, one) => all + one[of], 0n)
    return { gifts: sum('gifts'), gross: sum('gross'), fees: sum('fees'), net: sum('net') }
  }

  /** The cells of the row of a table that begins with these words. */
  async function cellsOf({ page }: Stranger, table: string | RegExp, row: string): Promise<string[]> {
    const rows = await page.getByRole('table', { name: table }).first().locator('tbody tr').allInnerTexts()
    const cells = rows.map((words) => words.split('\t').map((cell) => spaced(cell).trim()))
    return cells.find(([first]) => first === row) ?? []
  }

  /** Some currencies stand apart from their amount by a space of another kind. */
  const spaced = (words: string) => words.replace(/\s+/g, ' ')

  const percent = (part: bigint, whole: bigint) =>
    (Number(part) / Number(whole)).toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 })

  it('reads the fees of a month and their share (f)', async () => {
    const april = await settledBetween('2025-04-01', '2025-04-30')
    const stranger = await sitDown('viewer')
    await stranger.link('Last month')
    expect(april.fees).toBeGreaterThan(0n)
    const page = (await stranger.text()).replace(/\s+/g, ' ')
    expect(page).toContain(`Fees ${shown(april.fees, 'usd')} ${percent(april.fees, april.gross)} of gross`)
    const [, share] = await cellsOf(stranger, 'In detail, in USD', 'Fees as a share of gross')
    expect(share).toBe(percent(april.fees, april.gross))
  })

  it('reads who refunded a gift, when and why (g)', async () => {
    const [gift] = await desk.rows<{ id: string; receipt: string }>(`
      select d.id, r.year || '-' || lpad(r.number::text, 6, '0') as receipt
      from donations d join receipts r on r.donation_id = d.id
      where d.status = 'succeeded' and d.currency = 'usd' and d.frequency = 'once' and d.charge_id is not null
      order by d.succeeded_at desc limit 1`)
    if (!gift) throw new Error('There is no gift to refund')
    const colleague = await desk.stranger('finance')
    await colleague.page.goto(`${desk.played.service.config.publicUrl}/finance/donations/${gift.id}`)
    await colleague.page.locator('summary', { hasText: 'Refund this donation' }).click()
    await colleague.page.getByLabel('Reason').selectOption('duplicate')
    await colleague.page
      .getByLabel('Note, for colleagues and auditors')
      .first()
      .fill('Clicked twice on the bus')
    await colleague.page.getByRole('button', { name: 'Continue' }).click()
    await colleague.page.getByRole('button', { name: /^Refund .* now$/ }).click()
    await colleague.page.context().close()

    const stranger = await sitDown('auditor')
    await stranger.lookUp(gift.receipt)
    await stranger.click(stranger.page.locator('td.when a').first())
    const asked = await desk.rows<{ who: string; amount: bigint; note: string; at: string; reason: string }>(
      `select requested_by as who, amount_minor as amount, note, reason,
         to_char(requested_at at time zone 'America/New_York', 'Mon FMDD, YYYY, FMHH12:MI AM') as at
       from refund_requests where donation_id = $1`,
      [gift.id],
    )
    expect(asked).toHaveLength(1)
    const steps = await stranger.page.locator('ol.timeline > li').allInnerTexts()
    const step = steps.map((words) => words.replace(/\s+/g, ' ')).find((words) => words.includes('requested'))
    for (const { who, amount, note, reason, at } of asked) {
      expect([who, note, reason]).toEqual([
        'finance@courier.example',
        'Clicked twice on the bus',
        'duplicate',
      ])
      for (const part of [who, shown(amount, 'usd'), note, at, 'It was given twice'])
        expect(step).toContain(part)
    }
  })

  it('reads what recurring gifts bring next month, what is new, what ended and what fails (h)', async () => {
    const running = await desk.rows<{
      frequency: string
      currency: string
      agreements: bigint
      ending: bigint
      paused: bigint
      due: bigint
      sum: bigint
    }>(RUNNING)
    const changes = await desk.rows<{ month: string; started: bigint; ended: bigint }>(MONTHLY_CHANGES)
    const sums = await desk.rows<{ month: string; gross: bigint; net: bigint }>(MONTHLY_SUMS)
    const failing = await desk.rows<{
      since: string
      frequency: string
      amount: bigint
      currency: string
      story: string
    }>(FAILED_RENEWALS)
    const stranger = await sitDown('viewer')
    await stranger.section('Reports')
    await stranger.link('Recurring gifts')
    const rowsOf = async (title: string) => {
      const rows = stranger.page.getByRole('table', { name: title }).locator('tbody tr')
      return (await rows.allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim()))
    }
    const expected = await rowsOf('Expected in June 2025')
    const inAll = (of: (row: (typeof running)[number]) => bigint) =>
      String(running.reduce((sum, row) => sum + of(row), 0n))
    expect(expected.map((row) => row.slice(0, 7))).toEqual([
      ...running.map(({ frequency, currency, agreements, ending, paused, due, sum }) => [
        frequency,
        currency.toUpperCase(),
        ...[agreements, ending, paused, due].map(String),
        shown(sum, currency),
      ]),
      [
        'All',
        '',
        inAll((row) => row.agreements),
        inAll((row) => row.ending),
        inAll((row) => row.paused),
        inAll((row) => row.due),
        '',
      ],
    ])
    expect(running.some(({ due }) => due > 0n)).toBe(true)
    const months = await rowsOf('Monthly gifts, by month')
    expect(months.slice(0, changes.length).map((row) => row.slice(0, 3))).toEqual(
      changes.map(({ month, started, ended }) => [month, String(started), String(ended)]),
    )
    expect(changes.some(({ started }) => started > 0n)).toBe(true)
    expect(changes.some(({ ended }) => ended > 0n)).toBe(true)
    expect(months.slice(0, sums.length).map(([month, , , , , gross, net]) => [month, gross, net])).toEqual(
      sums.map(({ month, gross, net }) => [month, shown(gross, 'usd'), shown(net, 'usd')]),
    )
    expect(failing.length).toBeGreaterThan(0)
    const rows = (await rowsOf('Payments that fail')).map(([since, , ...rest]) => [
      since?.replace(/,? \d\d?:.*/, ''),
      ...rest,
    ])
    expect(rows).toEqual(
      failing.map(({ since, frequency, amount, currency, story }) => [
        since,
        frequency,
        shown(amount, currency),
        story,
      ]),
    )
  })

  it('compares a month with the one before and the year before (i)', async () => {
    const [sums] = await desk.rows<{ april: bigint; march: bigint }>(
      `select count(*) filter (where booked_on between '2025-04-01' and '2025-04-30') as april,
              count(*) filter (where booked_on between '2025-03-01' and '2025-03-31') as march
       from ledger_transactions where effect = 'donation_succeeded'`,
    )
    const stranger = await sitDown('viewer')
    await stranger.link('Last month')
    expect(await stranger.text()).toContain('compared with Mar 1, 2025 to Mar 31, 2025')
    const row = await stranger.page
      .getByRole('row')
      .filter({ hasText: /^\s*Gifts\b/ })
      .first()
      .innerText()
    expect(row).toMatch(new RegExp(`^Gifts\\s+${sums?.april}\\s+${sums?.march}\\s`))
    const [april, march] = [
      await settledBetween('2025-04-01', '2025-04-30'),
      await settledBetween(MARCH.from, MARCH.to),
    ]
    const detail = (figure: string) => cellsOf(stranger, 'In detail, in USD', figure)
    for (const [figure, of] of [
      ['Gross', 'gross'],
      ['Net', 'net'],
    ] as const) {
      const [now, before] = [april[of], march[of]]
      const by = shown(now > before ? now - before : before - now, 'usd')
      const share = percent(now > before ? now - before : before - now, before)
      const change = `${now > before ? 'up' : 'down'} ${by} (${share})`
      expect(await detail(figure)).toEqual([figure, shown(now, 'usd'), shown(before, 'usd'), change])
    }
    await stranger.link(/year before/i)
    expect(await stranger.text()).toContain('compared with Apr 1, 2024 to Apr 30, 2024')
    const [yearBefore] = await desk.rows<{ gifts: bigint }>(
      `select count(*) as gifts from donations where succeeded_on between '2024-04-01' and '2024-04-30'`,
    )
    expect((await detail('Gifts')).slice(0, 3)).toEqual(['Gifts', `${sums?.april}`, `${yearBefore?.gifts}`])
    expect((await detail('Net')).slice(0, 3)).toEqual(['Net', shown(april.net, 'usd'), shown(0, 'usd')])
  })

  it('reads gifts by campaign (j)', async () => {
    const campaigns = await desk.rows<{ name: string; gifts: bigint }>(
      `select d.campaign_name as name, count(*) as gifts
       from donations d join ledger_transactions t on t.donation_id = d.id and t.effect = 'donation_succeeded'
       where t.booked_on between '2025-01-01' and '2025-12-31' and d.campaign_name is not null group by 1`,
    )
    const stranger = await sitDown('viewer')
    await stranger.section('Reports')
    await stranger.link('Campaigns')
    await stranger.link('This year')
    expect(campaigns.length).toBeGreaterThan(0)
    const net = await desk.rows<{ campaign: string | null; net: bigint }>(SETTLED_IN_DOLLARS, [
      '2025-01-01',
      '2025-12-31',
    ])
    for (const { name, gifts } of campaigns) {
      const cells = await cellsOf(stranger, /./, name)
      const minor = net.find(({ campaign }) => campaign === name)?.net ?? 0n
      expect([cells[1], cells.at(-1)]).toEqual([String(gifts), shown(minor, 'usd')])
    }
  })

  it('reads the year’s sums per currency, and what a 1099-K will say (k)', async () => {
    const sums = await desk.rows<Record<'gross' | 'refunded' | 'disputed', bigint> & { currency: string }>(
      `select e.currency, coalesce(-sum(e.amount_minor) filter (where account = 'donations'), 0)::bigint as gross,
         coalesce(sum(e.amount_minor) filter (where account = 'refunds'), 0)::bigint as refunded,
         coalesce(sum(e.amount_minor) filter (where account = 'disputes'), 0)::bigint as disputed
       from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
         and e.account in ('donations', 'refunds', 'disputes')
       where t.booked_on between '2025-01-01' and '2025-12-31' group by 1`,
    )
    const stranger = await sitDown('viewer')
    await stranger.section('Reports')
    await stranger.click(stranger.page.locator('a[href="/finance/reports/year"]'))
    const page = await stranger.text()
    expect(page).toContain('1099-K')
    expect(sums.length).toBeGreaterThan(1)
    for (const { currency, gross, refunded, disputed } of sums) {
      const cells = await cellsOf(stranger, 'What the books say, by currency', currency.toUpperCase())
      const amounts = [gross, -refunded, -disputed].map((minor) => spaced(shown(minor, currency)))
      expect(cells.slice(2, 5)).toEqual(amounts)
    }
    expect(sums.some(({ refunded }) => refunded > 0n)).toBe(true)
    const charged = await desk.rows<{ currency: string; charges: bigint; card: bigint; other: bigint }>(
      `select currency, count(*) as charges, coalesce(sum(amount_minor) filter (where type = 'charge'), 0)::bigint as card,
         coalesce(sum(amount_minor) filter (where type = 'payment'), 0)::bigint as other
       from balance_transactions where type in ('charge', 'payment')
         and created_at >= '2025-01-01T00:00:00Z' and created_at < '2026-01-01T00:00:00Z' group by 1`,
    )
    expect(charged.length).toBeGreaterThan(0)
    for (const { currency, charges, card, other } of charged) {
      const cells = await cellsOf(stranger, `2025 in ${currency.toUpperCase()}`, 'All')
      const amounts = [card, other, card + other].map((minor) => spaced(shown(minor, currency)))
      expect(cells.slice(1, 5)).toEqual([charges.toLocaleString('en'), ...amounts])
    }
  })

  it('reads what was posted for a month after it was closed (l)', async () => {
    // Stripe tells in May of a refund that it made in March, whose books are closed.
    const [gift] = await desk.rows<{ payment: string }>(`
      select payment_intent_id as payment from donations
      where status = 'succeeded' and currency = 'usd' and succeeded_on between '2025-03-01' and '2025-03-25'
        and refunded_minor = 0 and disputed_minor = 0 and gross_minor > 123 order by id limit 1`)
    if (!gift) throw new Error('March has no gift that could be refunded')
    const created = Date.parse('2025-03-30T12:00:00Z') / 1000
    const made = refund({
      id: stripeId('re'),
      paymentIntentId: gift.payment,
      amount: 123,
      status: 'succeeded',
    })
    await desk.deliver(stripeEvent('refund.created', { ...made, created }, { created }))

    const stranger = await sitDown('auditor')
    await stranger.section('Months')
    await stranger.link('March 2025')
    const page = await stranger.text()
    expect(page).toContain('1 posting was made for March 2025 after it was closed.')
    expect(page).toContain('this counts in May 2025')
    const later = stranger.page.getByRole('table', { name: 'The postings', exact: true })
    const rows = await later.locator('tbody tr').allInnerTexts()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain('posted to May 2025 for March 2025')
    expect(rows[0]).toContain(shown(123, 'usd'))
  })

  it('lists the donors above an amount (m)', async () => {
    const donors = await desk.rows<{ email: string; total: bigint }>(
      `select lower(donor_email) as email,
              sum(gross_minor - refunded_minor - disputed_minor)::bigint as total
       from donations where currency = 'usd' and donor_email is not null
         and succeeded_on between '2025-01-01' and '2025-12-31'
       group by 1 having sum(gross_minor - refunded_minor - disputed_minor) >= 3000 order by total desc`,
    )
    const stranger = await sitDown('auditor')
    await stranger.section('Reports')
    await stranger.link('Donors above an amount')
    await stranger.send({ Amount: '30', Currency: 'usd' }, 'Show')
    expect(donors.length).toBeGreaterThan(0)
    expect(await stranger.page.getByRole('row').count()).toBe(donors.length + 1)
    const page = await stranger.text()
    for (const { email } of donors.slice(0, 5)) expect(page).toContain(email)
  })

  it('sees that no receipt number is missing (n)', async () => {
    const [register] = await desk.rows<{ last: bigint; numbers: bigint }>(
      `select max(number) as last, count(distinct number) as numbers from receipts where year = 2025`,
    )
    const stranger = await sitDown('auditor')
    await stranger.section('Reports')
    await stranger.link('Receipts register')
    expect(register?.numbers).toBe(register?.last)
    expect(await stranger.page.getByRole('status').innerText()).toContain(String(register?.last))
  })

  it('shows long lists on a phone within a few screens', async () => {
    const { page } = await sitDown('admin')
    await page.setViewportSize({ width: 360, height: 800 })
    const { origin } = new URL(page.url())
    const heights: Record<string, number> = {}
    for (const path of Object.keys(MOST_TALL)) {
      await page.goto(`${origin}/finance/${path}`)
      heights[path] = await page.evaluate('document.documentElement.scrollHeight')
    }
    const tooTall = Object.entries(heights).filter(([path, height]) => height > (MOST_TALL[path] ?? 0))
    expect(tooTall).toEqual([])
    // A full page of gifts, so that the limit says something about the rows.
    expect(heights['donations']).toBeGreaterThan(2_000)
  })

  it('erases a donor who asks (p)', async () => {
    const [donor] = await desk.rows<{ email: string; gifts: bigint }>(`
      select lower(donor_email) as email, count(*) as gifts from donations
      where donor_email is not null group by 1
      having bool_and(frequency = 'once') order by max(succeeded_at) limit 1`)
    if (!donor) throw new Error('There is no donor who gave once')
    const gross = () => desk.rows('select count(*), sum(gross_minor) from donations')
    const before = await gross()
    const admin = await sitDown('admin')
    await admin.lookUp(donor.email)
    await admin.click(admin.page.locator('td.who a').first())
    await admin.link('Erase this donor')
    // The page asks once more, so that nobody is erased by a slip.
    await admin.page.getByRole('button', { name: 'Erase this donor' }).click()
    expect(await admin.text()).toMatch(/Donor\s+Unknown/)
    const left = await desk.rows('select id from donations where lower(donor_email) = $1', [donor.email])
    expect(left).toEqual([])
    expect(await gross()).toEqual(before)
  })

  it('lets a colleague read, and takes a leaver’s access away (o)', async () => {
    const leaver = await desk.stranger('auditor')
    const admin = await sitDown('admin')
    await admin.section('Settings')
    await admin.link('Colleagues')
    await admin.page.getByRole('radio', { name: /^Viewer/ }).check()
    await admin.send({ 'E-mail address': 'new@courier.example' }, 'Let in')
    expect(await admin.text()).toContain('new@courier.example may sign in now')
    const other = await sitDown('admin')
    await other.section('Settings')
    await other.link('Take somebody’s access away')
    await other.send({ 'Whose access?': 'auditor@courier.example' }, 'Take access away')
    await leaver.page.reload()
    expect(leaver.page.url()).toContain('/finance/sign-in')
    await leaver.page.context().close()
    const staff = await desk.rows<{ email: string; role: string; removed: boolean }>(
      `select email, role, removed_at is not null as removed from staff order by email`,
    )
    expect(staff).toContainEqual({ email: 'new@courier.example', role: 'viewer', removed: false })
    expect(staff).toContainEqual({ email: 'auditor@courier.example', role: 'auditor', removed: true })
  })
})
