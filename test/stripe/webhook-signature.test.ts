import { Stripe } from 'stripe'
import { expect, test } from 'vitest'
import { signatureProblem } from '../../src/stripe/webhook-signature.ts'
import { SECRET, signed, stripeEvent } from '../kit/stripe-events.ts'

const now = new Date('2026-01-01T12:00:00Z')
const seconds = now.getTime() / 1000
const event = stripeEvent('charge.succeeded', {})

test('a body signed with one of the secrets now is accepted', () => {
  const { payload, header } = signed(event, { timestamp: seconds })
  expect(signatureProblem(payload, header, ['whsec_another_one', SECRET], now)).toBe(null)
})

test('while a secret is rolled, one good signature among several is enough', () => {
  const { payload, header } = signed(event, { timestamp: seconds })
  const rolled = header.replace('v1=', `v1=${'0'.repeat(64)},v1=`)
  expect(signatureProblem(payload, rolled, [SECRET], now)).toBe(null)
})

test.each([
  [
    'another secret',
    signed(event, { timestamp: seconds, secret: 'whsec_somebody_elses' }),
    'wrong_signature',
  ],
  ['five minutes and a second ago', signed(event, { timestamp: seconds - 301 }), 'outside_tolerance'],
  ['five minutes and a second ahead', signed(event, { timestamp: seconds + 301 }), 'outside_tolerance'],
  ['a year ahead', signed(event, { timestamp: seconds + 31_536_000 }), 'outside_tolerance'],
])('signed with %s: refused', (_, { payload, header }, problem) => {
  expect(signatureProblem(payload, header, [SECRET], now)).toBe(problem)
})

test('one changed byte is refused', () => {
  const { payload, header } = signed(event, { timestamp: seconds })
  expect(signatureProblem(payload.replace('evt_', 'evt_0'), header, [SECRET], now)).toBe('wrong_signature')
})

const payload = '{}'
const hmac = (timestamp: string) =>
  /v1=(\w+)/.exec(
    Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp: timestamp as never }),
  )?.[1] // the SDK signs any text
test.each([
  ['no header', undefined, 'no_signature'],
  ['an empty header', '', 'no_signature'],
  ['a time that is no number', `t=abc,v1=${hmac('abc')}`, 'malformed_signature'],
  ['two times', `t=${seconds},t=${seconds},v1=${hmac(String(seconds))}`, 'malformed_signature'],
  ['a time in other digits', `t=0${seconds},v1=${hmac(`0${seconds}`)}`, 'malformed_signature'],
  ['no v1', `t=${seconds},v0=${hmac(String(seconds))}`, 'malformed_signature'],
  ['a header of many signatures', `t=${seconds}${',v1=00'.repeat(500)}`, 'malformed_signature'],
])('%s: refused', (_, header, problem) => {
  expect(signatureProblem(payload, header, [SECRET], now)).toBe(problem)
})
