import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strictJson, strictText } from '../../src/http/strict-json.ts'

test('reads whatever JSON.stringify writes, compact or indented', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(strictJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('refuses a repeated key at any depth and with any escapes', () => {
  const path = fc.array(fc.constantFrom('object', 'array'), { maxLength: 4 })
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue(),
      fc.jsonValue(),
      path,
      fc.boolean(),
      (key, a, b, wraps, escape) => {
        const repeated = escape
          ? Array.from({ length: key.length }, (_, index) => escaped(key.charCodeAt(index))).join('')
          : JSON.stringify(key).slice(1, -1)
        let text = `{${JSON.stringify(key)}: ${JSON.stringify(a)}, "${repeated}" :${JSON.stringify(b)}}`
        for (const wrap of wraps) text = wrap === 'object' ? `{"in": ${text}}` : `[1, ${text}]`
        expect(strictJson(text)).toBe(undefined)
      },
    ),
  )
})

test('refuses a key that is written once plainly and once escaped', () => {
  expect(strictJson('{"amount": 1, "\\u0061mount": 2}')).toBe(undefined)
})

test.each(['', '{', '{"a":}', 'undefined', "{'a':1}"])('refuses %j, which is not JSON', (text) => {
  expect(strictJson(text)).toBe(undefined)
})

const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)

test('takes a hundred levels and refuses more, however many', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"__proto__":[', ']}'],
  ] as const) {
    const each = open.length > 6 ? 2 : 1
    const innermost = open.endsWith(':') ? `${open}1${close}` : open + close
    const text = (levels: number) =>
      open.repeat(levels / each - 1) + innermost + close.repeat(levels / each - 1)
    expect(strictJson(text(100))).toEqual(JSON.parse(text(100)))
    for (const levels of [102, 1_000, 40_000]) expect(strictJson(text(levels))).toBe(undefined)
  }
  expect(strictJson(nested('[', ']', 101))).toBe(undefined)
  expect(strictJson(`{"__proto__":${nested('[', ']', 20_000)}}`)).toBe(undefined)
  // Many that stand beside each other are no nesting.
  expect(strictJson(`[${'[],'.repeat(1_000)}[]]`)).toHaveLength(1_001)
})

test('finds no text in bytes that are not UTF-8', () => {
  expect(strictText(Buffer.from([0x7b, 0xff, 0x7d]))).toBe(null)
  expect(strictText(Buffer.from('{"name":"Ł"}'))).toBe('{"name":"Ł"}')
})

test('keeps a byte order mark, which was signed, and refuses it as JSON', () => {
  expect(strictText(Buffer.from('\uFEFF{}'))).toBe('\uFEFF{}')
  expect(strictJson('\uFEFF{}')).toBe(undefined)
})

/** An escaped character: `\u0061` for `a`. */
function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
