import * as fc from 'fast-check'
import { names } from '../lists/awkward-texts.ts'
import { hostileFiles } from '../lists/hostile-files.ts'
import { multipart } from './page-forms.ts'
import type { Target } from './target.ts'

/** The two forms that take files: bank statements and the gifts of a former system. */
export function uploadTargets(): Target[] {
  const forms = [
    ['/finance/deposits/bank', 'statement'],
    ['/finance/imports', 'gifts'],
  ] as const
  return forms.map(([address, field]): Target => ({
    name: `POST ${address} (file)`,
    as: 'staff',
    described: null,
    requests: fc
      .record({
        bytes: fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...hostileFiles()) },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
        ),
        name: fc.oneof(
          { weight: 1, arbitrary: fc.constant('gifts.csv') },
          { weight: 2, arbitrary: fc.constantFrom(...names) },
        ),
        type: fc.constantFrom('text/csv', 'application/xml', 'application/zip', 'a/b', ''),
        other: fc.option(fc.constantFrom(...names), { freq: 4 }),
      })
      .map(({ bytes, name, type, other }) => ({
        method: 'POST',
        address,
        framing: 'length',
        ...multipart(other === null ? [] : [[other.replaceAll(/["\r\n]/g, ''), other]], {
          field,
          name,
          type,
          bytes,
        }),
      })),
  }))
}
