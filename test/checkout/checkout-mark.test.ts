import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkoutMarks, MARK_KEY } from '../../src/checkout/checkout-mark.ts'
import type { CheckoutId } from '../../src/ids.ts'

const id = randomUUID() as CheckoutId // a test may invent ids
const ours = checkoutMarks(['our key'], false)
const readBy = (marks: typeof ours, value: unknown) => marks.checkoutIn({ [MARK_KEY]: value })

describe('the mark of a checkout', () => {
  it('names its checkout, always in the same text, which Stripe’s metadata has room for', () => {
    const mark = ours.make(id)
    expect(ours.make(id)).toBe(mark)
    expect(readBy(ours, mark)).toBe(id)
    expect(mark.length).toBeLessThanOrEqual(80)
    expect(MARK_KEY).toMatch(/^[a-z_]{1,40}$/)
  })

  it('is void with any one bit changed', () => {
    const mark = Buffer.from(ours.make(id))
    for (let bit = 0; bit < mark.length * 8; bit += 1) {
      const changed = Buffer.from(mark)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readBy(ours, changed.toString('latin1'))).toBeNull()
    }
  })

  it('is void when it was made with the secret of another newsroom, in the other mode, or for another checkout', () => {
    expect(readBy(ours, checkoutMarks(['another key'], false).make(id))).toBeNull()
    expect(readBy(ours, checkoutMarks(['our key'], true).make(id))).toBeNull()
    const other = ours.make(randomUUID() as CheckoutId)
    expect(readBy(ours, ours.make(id).replace(/[^.]+$/, other.split('.')[2] ?? ''))).toBeNull()
  })

  it('is verified with every key, so that the one that makes new marks can be rolled', () => {
    const rolled = checkoutMarks(['a new key', 'our key'], false)
    expect(readBy(rolled, ours.make(id))).toBe(id)
    expect(readBy(rolled, rolled.make(id))).toBe(id)
    expect(readBy(ours, rolled.make(id))).toBeNull()
  })

  it('is never found in what other programs write', () => {
    for (const metadata of [
      null,
      undefined,
      {},
      { checkout_id: id },
      { [MARK_KEY.toUpperCase()]: ours.make(id) },
    ])
      expect(ours.checkoutIn(metadata)).toBeNull()
    const anything = fc.oneof(
      fc.string(),
      fc.uuid(),
      fc.uuid().map((one) => `1.${one}.AAAAAAAAAAAAAAAAAAAAAA`),
      fc.anything(),
    )
    fc.assert(fc.property(anything, (value) => readBy(ours, value) === null))
  })
})
