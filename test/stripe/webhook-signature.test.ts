import { Stripe } from 'stripe'
import { expect, test } from 'vitest'
import { signatureProblem } from '../../src/stripe/webhook-signature.ts'
import { SECRET, signed, stripeEvent } from '../kit/stripe-events.ts'

const now = new Date('2026-01-01T12:00:00Z')
const seconds = now.getTime() / 1000
const event = stripeEvent('charge.succeeded', {})

test('accepts a body that was signed now with one of the secrets', () => {
  const { payload, header } = signed(event, { timestamp: seconds })
  expect(signatureProblem(payload, header, ['whsec_another_one', SECRET], now)).toBe(null)
})

test('accepts one valid signature among several, while a secret is rolled', () => {
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
  [
    'a timestamp five minutes and a second ago',
    signed(event, { timestamp: seconds - 301 }),
    'outside_tolerance',
  ],
  [
    'a timestamp five minutes and a second ahead',
    signed(event, { timestamp: seconds + 301 }),
    'outside_tolerance',
  ],
  ['a timestamp a year ahead', signed(event, { timestamp: seconds + 31_536_000 }), 'outside_tolerance'],
])('refuses a body signed with %s', (_, { payload, header }, problem) => {
  expect(signatureProblem(payload, header, [SECRET], now)?.reason).toBe(problem)
})

test.each([
  ['ahead of', 360],
  ['behind', -360],
  ['a year ahead of', 31_536_000],
])('says by how much our clock is %s the signature’s time', (_, secondsAhead) => {
  const { payload, header } = signed(event, { timestamp: seconds - secondsAhead })
  expect(signatureProblem(payload, header, [SECRET], now)).toEqual({
    reason: 'outside_tolerance',
    secondsAhead,
  })
})

test('says nothing about the clock when the signature is wrong as well', () => {
  const { payload, header } = signed(event, { timestamp: seconds - 360, secret: 'whsec_somebody_elses' })
  expect(signatureProblem(payload, header, [SECRET], now)).toEqual({ reason: 'wrong_signature' })
})

test('refuses a body of which one byte was changed', () => {
  const { payload, header } = signed(event, { timestamp: seconds })
  expect(signatureProblem(payload.replace('evt_', 'evt_0'), header, [SECRET], now)?.reason).toBe(
    'wrong_signature',
  )
})

const payload = '{}'
const hmac = (timestamp: string) =>
  /v1=(\w+)/.exec(
    Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp: timestamp as never }),
  )?.[1] // the SDK signs any timestamp
test.each([
  ['no header', undefined, 'no_signature'],
  ['an empty header', '', 'no_signature'],
  ['a timestamp that is not a number', `t=abc,v1=${hmac('abc')}`, 'malformed_signature'],
  ['two timestamps', `t=${seconds},t=${seconds},v1=${hmac(String(seconds))}`, 'malformed_signature'],
  ['a timestamp with a leading zero', `t=0${seconds},v1=${hmac(`0${seconds}`)}`, 'malformed_signature'],
  ['no v1 signature', `t=${seconds},v0=${hmac(String(seconds))}`, 'malformed_signature'],
  ['hundreds of signatures', `t=${seconds}${',v1=00'.repeat(500)}`, 'malformed_signature'],
])('refuses a request with %s', (_, header, problem) => {
  expect(signatureProblem(payload, header, [SECRET], now)?.reason).toBe(problem)
})
