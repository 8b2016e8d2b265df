import * as fc from 'fast-check'
import { elementsIn, within, type Element } from '../checks/html-elements.ts'
import { fieldsOf, typedInto } from './fields.ts'
import { someHeaders } from './headers.ts'
import type { Target } from './target.ts'
import { hostileFor, inAddress } from './values.ts'
import type { Wanted } from './wanted-request.ts'

/** A form as a page shows it. */
export type Form = {
  readonly method: 'GET' | 'POST'
  readonly action: string
  readonly isUpload: boolean
  /** What each field can be without anybody typing, and whether people type into it. */
  readonly fields: ReadonlyMap<string, { readonly values: readonly string[]; readonly isTyped: boolean }>
}

/** Text that stands where ids stand, so that a hundred donations are one kind of page. */
export function shapeOf(address: string): string {
  return address
    .replace(/[?#].*$/, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replaceAll(/\b(cs_test_\w+|po_\w+|pi_\w+|sub_[\w-]+)/g, ':id')
    .replaceAll(/\/\d+(?=\/|$)/g, '/:number')
    .replaceAll(/\/\d{4}-\d\d(?=\/|$)/g, '/:month')
    .replaceAll(/\/[\w-]{32,}/g, '/:token')
}

/** Follows every link from the given pages, and gathers the forms, one of each kind. */
export async function formsFrom(
  starts: readonly string[],
  read: (address: string) => Promise<string | null>,
  most: number,
): Promise<Form[]> {
  const waiting = [...starts]
  const seen = new Set<string>()
  const forms = new Map<string, Form>()
  for (let address = waiting.shift(); address !== undefined && seen.size < most; address = waiting.shift()) {
    const [page = ''] = address.split('#')
    if (seen.has(shapeOf(page))) continue
    seen.add(shapeOf(page))
    const html = await read(page)
    if (html === null) continue
    const elements = elementsIn(html)
    for (const { tag, attributes } of elements) {
      const href = tag === 'a' ? (attributes.get('href') ?? '') : ''
      if (/^\/(?!\/)/.test(href)) waiting.push(href)
    }
    for (const element of elements.filter(({ tag }) => tag === 'form')) {
      const form = formOf(element, page)
      const kind = `${form.method} ${shapeOf(form.action)} ${[...form.fields.keys()].toSorted().join()}`
      if (!forms.has(kind)) forms.set(kind, form)
    }
  }
  return [...forms.values()]
}

function formOf(element: Element, page: string): Form {
  const { attributes } = element
  const fields = new Map<string, { values: string[]; isTyped: boolean }>()
  const add = (name: string, value: string, isTyped = false) =>
    fields.set(name, { values: [...(fields.get(name)?.values ?? []), value], isTyped })
  for (const one of within(element)) {
    const name = one.attributes.get('name') ?? ''
    if (name === '') continue
    if (one.tag === 'textarea') add(name, one.text, true)
    else if (one.tag === 'select')
      for (const option of within(one).filter(({ tag }) => tag === 'option'))
        add(name, option.attributes.get('value') ?? option.text)
    else if (one.tag === 'input') {
      const type = one.attributes.get('type') ?? 'text'
      const isTyped = !['hidden', 'radio', 'checkbox', 'submit'].includes(type)
      add(name, one.attributes.get('value') ?? (isTyped ? '' : 'on'), isTyped)
    } else if (one.tag === 'button') add(name, one.attributes.get('value') ?? 'on')
  }
  return {
    method: attributes.get('method')?.toLowerCase() === 'post' ? 'POST' : 'GET',
    action: attributes.get('action') ?? page,
    isUpload: attributes.get('enctype') === 'multipart/form-data',
    fields,
  }
}

/** A form as target: mostly as the page would send it, with some of its fields hostile, missing or twice. */
export function formTarget(form: Form): Target {
  const sent = fieldsOf(
    [...form.fields].map(([name, { values, isTyped }]) => ({
      name,
      usual: isTyped ? fc.oneof(fc.constantFrom(...values), typedInto(name)) : fc.constantFrom(...values),
      hostile: hostileFor(name),
      isNeeded: true,
    })),
  ).map((pairs) => pairs.map(([name, value]) => [name, value.toWellFormed()] as const))
  const requests = fc.tuple(sent, someHeaders).map(([pairs, headers]): Wanted => {
    if (form.isUpload)
      return {
        method: 'POST',
        address: form.action,
        ...multipart(pairs),
        framing: 'length',
        headers: [...multipart(pairs).headers, ...headers],
      }
    const body = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()
    if (form.method === 'GET') {
      const [path = ''] = form.action.split('?')
      return { method: 'GET', address: `${path}?${body}`, headers, body: null, framing: 'none' }
    }
    const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const
    return {
      method: 'POST',
      address: form.action,
      headers: [type, ...headers],
      body: Buffer.from(body),
      framing: 'length',
    }
  })
  return {
    name: `${form.method} ${shapeOf(form.action)} (form of ${[...form.fields.keys()].slice(0, 4).join()})`,
    as: form.action.startsWith('/finance') ? 'staff' : 'reader',
    described: null,
    requests,
  }
}

/** Parts as a browser would not write them: names and file names stand between quotation marks as they are. */
export function multipart(
  fields: readonly (readonly [string, string])[],
  file?: { readonly field: string; readonly name: string; readonly type: string; readonly bytes: Uint8Array },
): Pick<Wanted, 'headers' | 'body'> {
  const boundary = '----hostile'
  const parts = fields.map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  )
  const head = (one: NonNullable<typeof file>) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${one.field}"; filename="${one.name}"\r\nContent-Type: ${one.type}\r\n\r\n`
  const last = file ? [Buffer.from(head(file)), file.bytes, Buffer.from('\r\n')] : []
  return {
    headers: [['Content-Type', `multipart/form-data; boundary=${boundary}`]],
    body: Buffer.concat([...parts, ...last, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

/** Every route with each parameter of its path known, unknown or hostile, with fields that other routes know. */
export function routeTarget(
  { method, path }: { readonly method: string; readonly path: string },
  known: ReadonlyMap<string, readonly string[]>,
  fieldNames: readonly string[],
): Target {
  const address = fc
    .tuple(
      ...path.split('/').map((part, at, all) => {
        const name = /^:(\w+)/.exec(part)?.[1]
        if (name === undefined && !part.includes('*')) return fc.constant(part)
        const ids = known.get(all[at - 1] ?? '') ?? []
        const rest = part.replace(/^:\w+/, '')
        const value = fc.oneof(
          { weight: ids.length > 0 ? 2 : 0, arbitrary: fc.constantFrom(...ids, 'x') },
          { weight: 1, arbitrary: fc.uuid({ version: 4 }) },
          { weight: 3, arbitrary: inAddress(hostileFor(name ?? 'path')) },
        )
        return value.map((text) => text + rest)
      }),
    )
    .map((parts) => parts.join('/'))
  const field = fc.constantFrom(...fieldNames).chain((name) => fc.tuple(fc.constant(name), hostileFor(name)))
  const fields = fc.array(field, { maxLength: 3 })
  const query = fc.array(
    field.chain(([name, value]) => inAddress(fc.constant(value)).map((text) => `${name}=${text}`)),
    { maxLength: 3 },
  )
  return {
    name: `${method} ${path} (route)`,
    as: path.startsWith('/finance') ? 'staff' : path.startsWith('/api') ? 'program' : 'reader',
    described: null,
    requests: fc
      .record({ address, query, fields, headers: someHeaders })
      .map(({ address: at, query: asked, fields: sent, headers }) => {
        const whole = asked.length === 0 ? at : `${at}?${asked.join('&')}`
        if (method === 'GET' || method === 'OPTIONS' || method === 'DELETE')
          return { method, address: whole, headers, body: null, framing: 'none' }
        const body = new URLSearchParams(
          sent.map(([name, value]): [string, string] => [name, value.toWellFormed()]),
        ).toString()
        const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const
        return {
          method,
          address: whole,
          headers: [type, ...headers],
          body: Buffer.from(body),
          framing: 'length',
        }
      }),
  }
}
