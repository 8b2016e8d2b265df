import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { allViews, plainWords, type Words } from './view-samples.ts'

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        `' onfocus='alert(1)`,
        '</textarea><b>',
        '</title></style><!--',
        '&lt;i&gt;',
        '{{7*7}}${7*7}',
        '{{amount}}$t(donate.amount)',
        '\u0000\u202e',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
    { minLength: 1 },
  )
  .map((parts) => `x${parts.join('')}`) // never empty, because pages leave out an empty name

const hostileUrl = fc.oneof(
  hostile,
  fc.constantFrom(
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
  ),
  hostile.map((text) => `https://harbour.example/${text}`),
)

// Whoever prepared a write-off may not approve it, so that a page says otherwise where the name is the reader's own address.
const words: fc.Arbitrary<Words> = fc
  .record({
    newsroom: hostile,
    title: hostile,
    url: hostileUrl,
    name: hostile,
    email: hostile,
    message: hostile,
    campaign: hostile,
  })
  .filter(({ name, email }) => name !== email)

/** The tags of a page with the names of their attributes, without any text. */
function skeleton(document: string): string {
  return (document.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '=""')).join('\n')
}

test('text from outside adds no tag and no attribute to any page, and makes no link or form lead anywhere but to http(s), a mail program, this service or the page', () => {
  const expected = new Map(Object.entries(allViews(plainWords)).map(([name, view]) => [name, skeleton(view)]))
  fc.assert(
    fc.property(words, (given) => {
      const views = Object.entries(allViews(given))
      // Only what differs is compared by Vitest, which takes its time for long texts.
      const changed = views.flatMap(([name, view]) => {
        const [found, plain] = [skeleton(view), expected.get(name)]
        return found === plain ? [] : [{ name, found, plain }]
      })
      expect(changed).toEqual([])
      const leading = views.map(([name, view]) => {
        const addresses = [...view.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, address]) => address)
        const elsewhere = addresses.filter(
          (address) => !/^(https?:\/\/|\/(?![/\\])|#|mailto:)/i.test(address ?? ''),
        )
        return { name, hasSome: addresses.length > 0, elsewhere }
      })
      expect(leading.filter(({ hasSome, elsewhere }) => !hasSome || elsewhere.length > 0)).toEqual([])
    }),
    { numRuns: 150 },
  )
})
