import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { partsOf } from '../../../src/reports/donation-list/search-words-sql.ts'
import { anyText } from '../../kit/any-text.ts'

test('the parts of a phrase hold every letter of its longer words, and short words with their space', () => {
  expect(partsOf('ann abbott')).toEqual(['ann', 'abb', 'ott'])
  expect(partsOf('Eva Becker 20')).toEqual(['Eva', 'Bec', 'ker', ' 20'])
  expect(partsOf('de vries')).toEqual(['de ', 'vri', 'ies'])
  expect(partsOf('c.mueller@reader')).toEqual(['mue', 'lle', 'ler', 'rea', 'der'])
  expect(partsOf('Müller')).toEqual(['Mül', 'ler'])
  // A capital sigma in the middle of a word has another small letter than one at its end.
  expect(partsOf('ΚΟΣΜΟΣ σοφος')).toEqual(['σοφ', 'φος'])
  // In Turkish a capital I before a dot above has another small letter than one without.
  expect(partsOf('ALI\u{307} CILIZ')).toEqual(['CIL', 'LIZ'])
})

test('a text that is one part, or has none, has no parts', () => {
  for (const text of ['ann', '20', '_', '', 'a b', 'ΣΟΣ']) expect(partsOf(text)).toEqual([])
})

test('whatever has the text has all of its parts, which are of three letters or digits', () => {
  const text = fc.oneof(
    anyText({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('a', 'b', 'é', '2', ' ', '-', 'Σ', '%', '💐'), maxLength: 100 }),
  )
  fc.assert(
    fc.property(text, (words) => {
      const parts = partsOf(words)
      expect(parts.filter((part) => !words.includes(part))).toEqual([])
      expect(
        parts.filter((part) => Array.from(part.trim()).length < 2 || Array.from(part).length !== 3),
      ).toEqual([])
      expect(parts.length).toBeLessThanOrEqual(12)
    }),
  )
})
