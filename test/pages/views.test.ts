import { html } from 'hono/html'
import { expect, test } from 'vitest'
import { markupText, page, webUrl } from '../../src/html/layout.ts'
import { testName } from '../../src/html/test-name.ts'
import { textFor } from '../../src/text/text.ts'
import { doubledText } from '../text/doubled.ts'
import { allViews, plainWords } from './view-samples.ts'

const views = allViews(plainWords)

test('no page has inline code or styles', () => {
  for (const view of Object.values(views)) {
    expect(view).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)/)
    expect(view).toMatch(/^<!doctype html>/i)
    expect(view).toContain('<html lang="en" dir="ltr">')
  }
})

const ofFinance = Object.entries(views).filter(([, view]) => view.includes('<nav class="sections"'))

test('every page of finance says in which time zone its days and times are', () => {
  expect(ofFinance.length).toBeGreaterThan(100)
  const silent = ofFinance.filter(
    ([, view]) => !/Days and times are those of (America\/New_York|Europe\/Berlin|UTC)\./.test(view),
  )
  expect(silent.map(([name]) => name)).toEqual([])
})

test('every report leads back to the list of reports', () => {
  const reports = ofFinance.filter(([, view]) => /aria-current="page"\s*>Reports</.test(view))
  expect(reports.length).toBeGreaterThan(10)
  const stuck = reports.filter(([, view]) => !/<p class="back">/.test(view) && !view.includes('<h1>Reports'))
  expect(stuck.map(([name]) => name)).toEqual([])
})

test('tells the fee of a dispute from that of processing, and names a deposit by its amount and day', () => {
  const words = views['donation']?.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  expect(words).toContain('Stripe’s processing fee $0.45')
  expect(words).toContain('Stripe’s dispute fee $15.00')
  expect(words).toContain('Settled by Stripe: Dispute, $5.00, and a fee of $0.45.')
  expect(words).toContain('$812.31, Jan 22, 2026')
})

test.each([
  ['audit', />Gift of <bdi>/],
  ['donation', /<a href="\/finance\/donors\/[^"]*"\s*><bdi>/],
  ['donation', / was paid by <bdi>/],
  ['donor', /<h1><bdi>/],
  ['donors-above', /<a href="\/finance\/donors\/[^"]*"><bdi>/],
  ['erasure', /what is kept of <bdi>/],
  ['gifts', /<td class="who">\s*<a [^>]*><bdi>/],
  ['messages', /<h2 id="question-[^"]*"><bdi>/],
  ['payout', />Gift of <bdi>/],
  ['receipts-register', />Gift of <bdi>/],
  ['reconciliation', />Gift of <bdi>/],
  ['recurring', /<a href="\/finance\/donations\/[^"]*"><bdi>/],
  ['recurring', /(?<!">)<bdi>/],
  ['refund-confirmation', /<dd><bdi>/],
  ['undelivered-mail', /: \$[\d.]+ from <bdi>/],
])(
  'on the page %s a donor’s name has its own direction, so that a Hebrew one does not move what follows: %s',
  (view, name) => {
    expect(views[view]).toMatch(name)
  },
)

test('the donate form keeps what was typed, and shows every problem above the form and beside its control', () => {
  const form = views['donate-problems'] ?? ''
  expect(form).toContain('<title>Error: Support The Harbour Post')
  for (const message of [plainWords.title, plainWords.message, plainWords.campaign])
    expect(form.split(message).length - 1).toBeGreaterThanOrEqual(2)
  expect(form).toMatch(
    /id="ownAmount"[^>]*value="Thank you for reading the accounts\."[^>]*aria-invalid="true"/,
  )
  expect(form).toMatch(/<textarea[^>]*>\s?Thank you for reading the accounts\.<\/textarea/)
  expect(form).toMatch(/value="other"[^>]*checked/)
  expect(form).toMatch(/name="idempotencyKey" value="Ada/)
})

test('every address of our own stands in an attribute that gets PUBLIC_URL’s path put before it', () => {
  const attributes = Object.values(views).flatMap((view) =>
    [...view.matchAll(/\s([a-z-]+)="[^"]*?(?<![^"=;,\s])\/(?!\/)[a-z]/g)].map(([, name]) => name),
  )
  expect(new Set(attributes)).toEqual(new Set(['href', 'src', 'action']))
})

test('every page of a test says that no money moves, and no other page does', () => {
  const notice = 'This is a test. No money moves'
  const ofTest = page({
    text: textFor('en'),
    title: 'Thank you',
    newsroomName: testName('The Harbour Post'),
    body: html`<p>Words</p>`,
  })
  expect(ofTest).toContain(notice)
  for (const view of Object.values(views)) expect(view).not.toContain(notice)
})

test('the donate form promises nothing that nobody keeps', () => {
  for (const form of ['donate', 'donate-plain', 'donate-problems'])
    expect(views[form]).not.toMatch(/newsletter|list of supporters|whenever you like|type="checkbox"/i)
})

test('thanks only readers who were charged or whose bank pays', () => {
  for (const state of ['open', 'unsure', 'expired', 'failed', 'returned', 'unknown'])
    expect(views[`thanks-${state}`]).not.toMatch(/Thank you<|has arrived/)
  expect(views['thanks-succeeded']).toContain('$5.00')
  expect(views['thanks-processing']).not.toContain('has arrived.')
})

test('compares figures in words and numbers, and says how many fees are awaited', () => {
  const words = views['overview']?.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  expect(words).toContain('Net, in USD')
  expect(words).toMatch(/up \$40,000\.00 \(31\.\d%\)/)
  expect(words).toMatch(/down \$120\.00 \(0\.1%\)/)
  expect(words).toContain('up 1 percentage point')
  expect(words).toMatch(/Refunds -\$4,181\.89 -\$4,081\.89 up \$100\.00/)
  expect(words).toContain('The fees of 3 gifts are not known yet')
  expect(words).toContain('Stripe has never exchanged KWD for USD')
  expect(views['overview-empty']).not.toContain('not known yet')
})

test('says that nothing needs attention only where nothing does', () => {
  expect(views['overview-one-gift']).toContain('Nothing needs attention.')
  expect(views['overview']).not.toContain('Nothing needs attention.')
  expect(views['overview']).toMatch(/<strong>Urgent:<\/strong>\s*2 disputes wait for an answer/)
})

test('links to a returned payout', () => {
  expect(views['payout']).toContain('href="/finance/deposits/po_2"')
  expect(views['payout']).toContain('did not reach the bank')
})

test('says with what balance the books open, and which reversals concern the time before', () => {
  expect(views['reconciliation']).toContain(
    'The books open on Jan 1, 2026. Stripe’s balance held $1,250.00 then.',
  )
  expect(views['reconciliation']).toContain('Refunds and disputes of charges before the books')
  expect(views['reconciliation-closed']).toContain('Stripe’s balance was empty then.')
})

test('says that Stripe has not itemised a payout yet, except for one that failed', () => {
  expect(views['payout-awaited']).toContain('breakdown of this deposit is not available yet')
  expect(views['payout-failed']).not.toContain('breakdown of this deposit is not available yet')
})

test('offers a choice of currency only where there are several', () => {
  expect(views['donate']).toMatch(/<button[^>]*name="currency"\s+value="eur"/)
  expect(views['donate-all-currencies']).toContain('<select')
  expect(views['donate-plain']).not.toMatch(/<select|name="currency"/)
})

test('is in the language of the catalogue, down to the last word', () => {
  const ofDevelopers = new Set(['demo'])
  for (const [name, view] of Object.entries(allViews(plainWords, doubledText))) {
    if (ofDevelopers.has(name)) continue
    const fromOutside = Object.values(plainWords).reduce((text, words) => text.replaceAll(words, ''), view)
    // Code that is there to be copied has no language.
    const shown = fromOutside.replace(/<code\b.*?<\/code>/gs, ' ').replace(/<[^>]*>/g, ' ')
    const english = shown.match(/\b(a|and|are|by|for|in|is|it|no|not|of|or|that|the|this|to|was|your)\b/g)
    expect([name, english]).toEqual([name, null])
  }
})

test('webUrl replaces every address but http(s) and paths of this service', () => {
  expect(webUrl('https://a.example/?q=1')).toBe('https://a.example/?q=1')
  expect(webUrl('/receipts/x')).toBe('/receipts/x')
  for (const bad of ['javascript:alert(1)', '//a.example', '/\\a.example', 'mailto:a@b.example', ''])
    expect(webUrl(bad)).toBe('#')
})

test('markupText refuses a template that holds a promise', () => {
  expect(() => markupText(html`${Promise.resolve('late')}`)).toThrow(/promise/)
  expect(page({ text: textFor('en'), title: 'A', newsroomName: 'B', body: html`<p>C</p>` })).toContain(
    '<title>A – B</title>',
  )
})

test('speaks of deposits, exceptions and adjustments in an accountant’s words', () => {
  const words = Object.entries(views).map(([name, view]) => {
    const shown = view.replace(/<code\b.*?<\/code>|<[^>]*>/gs, ' ').replace(/\s+/g, ' ')
    return { name, shown: shown.replaceAll(plainWords.title, '') }
  })
  const asked = [
    'prior-period adjustment',
    'Reconciling items',
    'Accepted exceptions',
    'Written off to account',
    'timing difference',
    'not recorded here',
    'Stripe balance report',
    'Trial balance',
    'Breakdown available',
    'ransactions in this deposit',
    'Deposit reduced by this refund',
    'Received from Stripe',
    'Source',
  ]
  expect(
    asked.filter((word) => !words.some(({ shown }) => shown.toLowerCase().includes(word.toLowerCase()))),
  ).toEqual([])
  // Whoever looks for it at Stripe needs Stripe's own word once.
  const ours = words.map(({ name, shown }) => [name, shown.match(/(?<!Stripe’s )\bpayouts?\b/gi)])
  expect(ours.filter(([, found]) => found !== null)).toEqual([])
})
