import { html } from 'hono/html'
import { expect, test } from 'vitest'
import { markupText, page, webUrl } from '../../src/html/layout.ts'
import { textFor } from '../../src/text/text.ts'
import { allViews, plainWords } from './view-samples.ts'

const views = allViews(plainWords)

test('no page carries inline code or styles', () => {
  for (const view of Object.values(views)) {
    expect(view).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)/)
    expect(view).toMatch(/^<!doctype html>/i)
    expect(view).toContain('<html lang="en">')
  }
})

test('the form keeps what was typed and names every problem twice: above and beside its control', () => {
  const form = views['donate-problems'] ?? ''
  expect(form).toContain('<title>Error: Support The Harbour Post')
  for (const message of ['Write the amount in digits', plainWords.message, 'We do not take this currency'])
    expect(form.split(message).length - 1).toBeGreaterThanOrEqual(2)
  expect(form).toMatch(
    /id="ownAmount"[^>]*value="Thank you for reading the accounts\."[^>]*aria-invalid="true"/,
  )
  expect(form).toMatch(/<textarea[^>]*>\s?Thank you for reading the accounts\.<\/textarea/)
  expect(form).toMatch(/value="other"[^>]*checked/)
  expect(form).toMatch(/name="anonymous"[^>]*checked/)
  expect(form).toMatch(/name="idempotencyKey" value="Ada/)
})

test('a reader who has not been charged is never thanked', () => {
  for (const state of ['waiting', 'waited', 'expired', 'failed', 'unknown'])
    expect(views[`thanks-${state}`]).not.toMatch(/Thank you<|has arrived/)
  expect(views['thanks-succeeded']).toContain('$5.00')
  expect(views['thanks-processing']).not.toContain('has arrived.')
})

test('money that came back is not called refunded, and a payout that came back leads to itself', () => {
  expect(views['overview']).toContain('€3.00 came back from disputes and refunds.')
  expect(views['payout']).toContain('href="/finance/payouts/po_2"')
  expect(views['payout']).toContain('did not reach the bank')
})

test('nobody waits for the parts of a payout that failed', () => {
  expect(views['payout-awaited']).toContain('has not itemised this payout yet')
  expect(views['payout-failed']).not.toContain('has not itemised this payout yet')
})

test('one currency needs no choice of currency', () => {
  expect(views['donate']).toContain('<select')
  expect(views['donate-plain']).not.toContain('<select')
})

test('webUrl lets through web addresses and own paths only', () => {
  expect(webUrl('https://a.example/?q=1')).toBe('https://a.example/?q=1')
  expect(webUrl('/receipts/x')).toBe('/receipts/x')
  for (const bad of ['javascript:alert(1)', '//a.example', '/\\a.example', 'mailto:a@b.example', ''])
    expect(webUrl(bad)).toBe('#')
})

test('a promise in a template is a mistake that is noticed', () => {
  expect(() => markupText(html`${Promise.resolve('late')}`)).toThrow(/promise/)
  expect(page({ text: textFor('en'), title: 'A', newsroomName: 'B', body: html`<p>C</p>` })).toContain(
    '<title>A – B</title>',
  )
})
