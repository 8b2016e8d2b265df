import * as fc from 'fast-check'
import { hostileFor, hostileJson, RawJson } from './values.ts'

/** As much of JSON Schema as our own description uses. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** Values that are not only allowed but make sense: they lead past the first refusal. */
const SENSIBLE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  from: fc.constantFrom('2026-01-01', '2020-02-29'),
  to: fc.constantFrom('2026-12-31', '2026-11-30'),
  month: fc.constantFrom('2026-01', '2026-11'),
  currency: fc.constantFrom('usd', 'eur', 'jpy'),
  amount: fc.integer({ min: 500, max: 50_000 }),
  limit: fc.integer({ min: 1, max: 50 }),
  account: fc.constantFrom('bank', 'donations', 'stripe_clearing'),
  url: fc.constantFrom('https://hooks.example/in', 'https://courier.example/ferry'),
  email: fc.constantFrom('ada@reader.example', 'bob+x@reader.example'),
  secret: fc.constantFrom('whsec_' + Buffer.alloc(32, 7).toString('base64')),
}

/** What a field of this name is usually given, or else what its schema allows. */
export function sensible(
  name: string,
  schema: Schema,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<unknown> {
  const own = SENSIBLE[name]
  const valid = validBy(schema, resolve)
  return own && !schema.enum
    ? fc.oneof({ weight: 4, arbitrary: own }, { weight: 1, arbitrary: valid })
    : valid
}

/** Values that the schema allows. A pattern that cannot be played gives way to the format, and that to any text. */
export function validBy(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const next = (one: Schema) => validBy(one, resolve)
  if (schema.$ref !== undefined) return next(resolve(schema.$ref))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(next))
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map(next)).map((parts) => Object.assign({}, ...parts) as unknown)
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  switch (type) {
    case 'string':
      return textBy(schema)
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1_000, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 100_000, 2 ** 31 - 1),
      })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(next(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 5),
      })
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, each]) => [
            name,
            sensible(name, each, resolve),
          ]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      )
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 4 }),
  date: fc.constantFrom('2026-01-01', '2026-11-29', '2024-02-29', '1999-12-31'),
  'date-time': fc.constantFrom('2026-01-01T00:00:00Z', '2026-11-29T23:59:59.999Z'),
  uri: fc.constantFrom('https://courier.example/ferry', 'https://hooks.example/in?x=1'),
  email: fc.constantFrom('ada@reader.example', 'bob+x@reader.example'),
}

function textBy({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const byFormat = FORMATS[format ?? '']
  if (byFormat) return byFormat
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
    } catch {
      // fast-check cannot play every pattern.
    }
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) })
}

/** A valid body in which some leaves are something else, keys are missing or unknown ones stand beside them. */
export function nearlyValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return valid.chain((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fc
          .record({
            spoilt: fewOf(Object.keys(value), 2),
            dropped: fewOf(Object.keys(value), 1),
            added: fc.option(fc.constantFrom('__proto__', 'constructor', 'id', 'hx7q', 'amount', 'status'), {
              freq: 3,
            }),
          })
          .chain(({ spoilt, dropped, added }) => {
            const names = added === null ? spoilt : [...spoilt, added]
            return fc.tuple(...names.map(spoiltValue)).map((values) => {
              const kept = Object.entries(value).filter(([name]) => !dropped.includes(name))
              // Entries, because an assignment to `__proto__` would make no key.
              return Object.fromEntries([...kept, ...names.map((name, at) => [name, values[at]] as const)])
            })
          })
      : hostileJson,
  )
}

function spoiltValue(name: string): fc.Arbitrary<unknown> {
  return fc.oneof(hostileFor(name), hostileJson, fc.constant(new RawJson('1e400')))
}

const fewOf = (names: string[], most: number) =>
  fc.subarray(names, { minLength: 0, maxLength: Math.min(most, names.length) })
