import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { receiptCodes, receiptProofs } from '../../src/receipts/receipt-code.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { anyText } from '../kit/any-text.ts'

const receipts = fc.record({
  year: fc.integer({ min: 1000, max: 9999 }),
  number: fc.bigInt({ min: 1n, max: 10n ** 12n }),
})
const codes = receiptCodes(['a key'])

describe('the code of a receipt', () => {
  it('is its own, again and again, in four groups of four letters that nobody confuses', () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        const code = codes.codeFor(receipt)
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
        expect(receiptCodes(['a key']).codeFor(receipt)).toBe(code)
        expect(codes.isCodeOf(receipt, code)).toBe(true)
      }),
    )
  })

  it('is read as people type it', () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        const code = codes.codeFor(receipt)
        for (const typed of [
          code.toLowerCase(),
          code.replaceAll('-', ''),
          ` ${code.replaceAll('-', ' – ')} `,
          code.replaceAll('0', 'O').replaceAll('1', 'l'),
        ])
          expect([typed, codes.isCodeOf(receipt, typed)]).toEqual([typed, true])
      }),
    )
  })

  it('fits no other receipt, and no other key', () => {
    fc.assert(
      fc.property(receipts, receipts, (one, other) => {
        fc.pre(one.year !== other.year || one.number !== other.number)
        expect(codes.isCodeOf(other, codes.codeFor(one))).toBe(false)
        expect(receiptCodes(['another key']).isCodeOf(one, codes.codeFor(one))).toBe(false)
      }),
    )
  })

  it('fits no more when a single letter is another one', () => {
    fc.assert(
      fc.property(receipts, fc.nat({ max: 15 }), fc.nat({ max: 30 }), (receipt, at, by) => {
        const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
        const letters = [...codes.codeFor(receipt).replaceAll('-', '')]
        letters[at] = alphabet[(alphabet.indexOf(letters[at] ?? '') + by + 1) % 32] ?? ''
        expect(codes.isCodeOf(receipt, letters.join(''))).toBe(false)
      }),
    )
  })

  it('is nothing that somebody makes up', () => {
    fc.assert(
      fc.property(receipts, anyText(), (receipt, typed) => {
        expect(codes.isCodeOf(receipt, typed)).toBe(false)
      }),
    )
  })

  it('still holds after the key was replaced, as long as the old one is kept', () => {
    const receipt = { year: 2026, number: 7n }
    const old = codes.codeFor(receipt)
    const renewed = receiptCodes(['a new key', 'a key'])
    expect(renewed.isCodeOf(receipt, old)).toBe(true)
    expect(renewed.codeFor(receipt)).not.toBe(old)
  })
})

it('the address in the picture opens the page with number and code', () => {
  const { code, url } = receiptProofs(codes, 'https://give.example/gifts')(receiptNumber(2026, 7n))
  expect(url).toBe(`https://give.example/gifts/verify-receipt?number=2026-000007&code=${code}`)
})
