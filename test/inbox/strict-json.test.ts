import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strictJson, strictText } from '../../src/inbox/strict-json.ts'

test('whatever JSON.stringify writes is read back, compact or pretty', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(strictJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('a repeated key is refused wherever it stands and however it is escaped', () => {
  const path = fc.array(fc.constantFrom('object', 'array'), { maxLength: 4 })
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue(),
      fc.jsonValue(),
      path,
      fc.boolean(),
      (key, a, b, wraps, escape) => {
        const again = escape
          ? Array.from({ length: key.length }, (_, at) => escaped(key.charCodeAt(at))).join('')
          : JSON.stringify(key).slice(1, -1)
        let text = `{${JSON.stringify(key)}: ${JSON.stringify(a)}, "${again}" :${JSON.stringify(b)}}`
        for (const wrap of wraps) text = wrap === 'object' ? `{"in": ${text}}` : `[1, ${text}]`
        expect(strictJson(text)).toBe(undefined)
      },
    ),
  )
})

test('a key written once plainly and once escaped is the same key', () => {
  expect(strictJson('{"amount": 1, "\\u0061mount": 2}')).toBe(undefined)
})

test.each(['', '{', '{"a":}', 'undefined', "{'a':1}"])('%j is not JSON', (text) => {
  expect(strictJson(text)).toBe(undefined)
})

test('bytes that are not UTF-8 have no text', () => {
  expect(strictText(Buffer.from([0x7b, 0xff, 0x7d]))).toBe(null)
  expect(strictText(Buffer.from('{"name":"Ł"}'))).toBe('{"name":"Ł"}')
})

test('a byte order mark is not swallowed: it was not in what is read, but it was signed', () => {
  expect(strictText(Buffer.from('\uFEFF{}'))).toBe('\uFEFF{}')
  expect(strictJson('\uFEFF{}')).toBe(undefined)
})

/** The same key in other bytes: `\u0061` for `a`. */
function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
