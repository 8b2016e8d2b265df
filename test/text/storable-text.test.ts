import fc from 'fast-check'
import { expect, it } from 'vitest'
import { storableText } from '../../src/text/storable-text.ts'
import { anyText } from '../kit/any-text.ts'

it.each([
  ['Ann\u0000', 'Ann'],
  ['\u0000\u0000', ''],
  ['Ada \ud83d', 'Ada \ufffd'],
  ['\ude00 Ada', '\ufffd Ada'],
  ['\ud83d\u0000\ude00', '\ufffd\ufffd'],
  ['Ada 😀 Łovelace', 'Ada 😀 Łovelace'],
  ['a\\u0000b', 'a\\u0000b'],
  ['line\nbreak\ttab\u0001', 'line\nbreak\ttab\u0001'],
])('makes of %j the text %j', (given, stored) => {
  expect(storableText(given)).toBe(stored)
})

it('never leaves a NUL or a lone surrogate, and changes no other text', () => {
  fc.assert(
    fc.property(anyText(), fc.string({ unit: 'grapheme' }), (any, whole) => {
      const stored = storableText(any)
      expect(stored.isWellFormed() && !stored.includes('\u0000')).toBe(true)
      expect(storableText(whole.replaceAll('\u0000', ''))).toBe(whole.replaceAll('\u0000', ''))
    }),
  )
})
