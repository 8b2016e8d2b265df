import * as fc from 'fast-check'

export type Field = {
  readonly name: string
  /** What it usually holds. */
  readonly usual: fc.Arbitrary<string>
  readonly hostile: fc.Arbitrary<string>
  /** Whether it is seldom left out. */
  readonly isNeeded: boolean
}

type Pairs = readonly (readonly [name: string, value: string])[]

/**
 * Fields of which a few are hostile, missing or there twice, and sometimes one that nobody knows: what is wrong everywhere
 * is refused at the first door, and nothing behind it is tried.
 */
export function fieldsOf(fields: readonly Field[]): fc.Arbitrary<Pairs> {
  const places = fields.map((_, at) => at)
  const optional = places.filter((at) => !fields[at]?.isNeeded)
  const few: fc.Arbitrary<number[]> = fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as number[]) },
    {
      weight: 5,
      arbitrary: fc.subarray(places, {
        minLength: Math.min(1, places.length),
        maxLength: Math.min(1, places.length),
      }),
    },
    { weight: 2, arbitrary: fc.subarray(places) },
  )
  return fc
    .record({
      usual: fc.tuple(...fields.map(({ usual }) => usual)),
      hostile: fc.tuple(...fields.map(({ hostile }) => hostile)),
      spoilt: few,
      missing: fc.oneof(
        { weight: 2, arbitrary: fc.subarray(optional) },
        { weight: 2, arbitrary: fc.constant(optional) },
        { weight: 1, arbitrary: few },
      ),
      twice: fc.oneof({ weight: 4, arbitrary: fc.constant([] as number[]) }, { weight: 1, arbitrary: few }),
      unknown: fc.constantFrom(
        null,
        null,
        null,
        null,
        null,
        null,
        '__proto__',
        'constructor',
        'role',
        'toString',
        'hx7q',
      ),
    })
    .map(({ usual, hostile, spoilt, missing, twice, unknown }): Pairs => {
      const pairs = fields.flatMap(({ name }, at): Pairs => {
        if (spoilt.includes(at)) {
          const bad = [name, hostile[at] ?? ''] as const
          return twice.includes(at) ? [bad, [name, usual[at] ?? '']] : [bad]
        }
        const good = [name, usual[at] ?? ''] as const
        if (missing.includes(at)) return []
        return twice.includes(at) ? [good, good] : [good]
      })
      return unknown === null ? pairs : [...pairs, [unknown, 'x']]
    })
}

/** What people type into a field of this name. */
export function typedInto(name: string): fc.Arbitrary<string> {
  if (/mail/i.test(name)) return fc.constantFrom('ada@reader.example', 'bob+x@reader.example')
  if (/amount|minimum|maximum/i.test(name)) return fc.constantFrom('5', '5.00', '12.34')
  if (/^(from|to|day)$/i.test(name)) return fc.constantFrom('2026-01-01', '2026-11-29')
  if (/month/i.test(name)) return fc.constantFrom('2026-01', '2026-10')
  if (/currency/i.test(name)) return fc.constantFrom('usd', 'USD')
  if (/url/i.test(name)) return fc.constant('https://hooks.example/in')
  return fc.constantFrom('Some words', 'Ferry', 'a')
}
