import fc from 'fast-check'

const FIRST_HALF = 0xd800
const HALVES = 0x800
const LAST = 0x10ffff

/** Any character of Unicode; halves of a pair are none. */
const anyCharacter = fc.nat({ max: LAST - HALVES }).map(
  (place) => String.fromCodePoint(place < FIRST_HALF ? place : place + HALVES),
  (character) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined
    if (point === undefined || character !== String.fromCodePoint(point)) throw new Error('not one character')
    return point < FIRST_HALF ? point : point - HALVES
  },
)

/**
 * Texts of any characters, and names such as `__proto__`. The same as fast-check's own with the unit `binary`, which looks
 * characters up in a map of all million of them: a second and a half, and memory, in each process of the tests.
 */
export function anyText({ maxLength }: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter, ...(maxLength === undefined ? {} : { maxLength }) })
}
