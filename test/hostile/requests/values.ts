import * as fc from 'fast-check'
import { anyText } from '../../kit/any-text.ts'
import * as lists from '../lists/awkward-texts.ts'

const anyOf = (...texts: readonly (readonly string[])[]) => fc.constantFrom(...texts.flat())

/** What nobody thought of. */
const random = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  anyText({ maxLength: 80 }),
  fc.string({ maxLength: 80 }),
)

/** Any text, some of it long, some of it put together. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: anyOf(lists.awkwardTexts) },
  { weight: 2, arbitrary: random },
  {
    weight: 2,
    arbitrary: fc.tuple(anyOf(lists.awkwardTexts), anyOf(lists.awkwardTexts)).map((two) => two.join('')),
  },
)

/** By what a name says of its field. */
const BY_NAME: readonly (readonly [RegExp, readonly (readonly string[])[]])[] = [
  [/mail/i, [lists.addresses]],
  [/url|article|return|next|href|link|address/i, [lists.urls]],
  [/amount|limit|minor|after|column|months|year|minimum|maximum|left|line|days/i, [lists.numbers]],
  [/^(from|to|day|date|month|starts|ends)|_on$|On$/i, [lists.days]],
  [/lang|locale/i, [lists.languages]],
  [
    /(^|_)(id|request|key|again|session|token|code|payout|cursor|refund|factor|staff)/i,
    [lists.ids, lists.numbers],
  ],
]

/** A text for a field of this name: what its kind is usually broken by, or anything. */
export function hostileFor(name: string): fc.Arbitrary<string> {
  const own = BY_NAME.find(([pattern]) => pattern.test(name))?.[1]
  return own
    ? fc.oneof({ weight: 2, arbitrary: anyOf(...own) }, { weight: 1, arbitrary: hostileText })
    : hostileText
}

/** What no text of JSON.stringify says: it is put into the JSON as it stands. */
export class RawJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const rawJson = fc.constantFrom(
  '1e400',
  '-1e400',
  '-0',
  '1.0',
  '5e2',
  '0.1',
  '9007199254740993',
  '99999999999999999999999999999999',
  '"\\ud800"',
  '"\\u0000"',
  '"\\udfff\\ud800"',
  '"\\u202e"',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"a":1,"a":2}',
  '{"toString":1,"then":1}',
  `${'['.repeat(60)}${']'.repeat(60)}`,
  `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`,
)

/** Any value of JSON, and some that are none. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  rawJson.map((text) => new RawJson(text)),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53, [], {}, [[]], [null], { '': '' }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** JSON with its raw parts, and with keys that a literal of JavaScript could not have. */
export function jsonText(value: unknown): string {
  if (value instanceof RawJson) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`)
    .join()}}`
}

/** As a part of an address: encoded rightly, wrongly, or not at all. Line breaks would end the request line. */
export function inAddress(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.integer({ min: 0, max: 9 })).map(([value, how]) => {
    if (how < 7) return encodeURIComponent(value.toWellFormed())
    if (how === 7) return encodeURIComponent(encodeURIComponent(value.toWellFormed()))
    return Buffer.from(value.replaceAll(/[\r\n ]/g, how === 8 ? '%0a' : '+'))
      .toString('latin1')
      .slice(0, 4_000)
  })
}
