import { createInstance } from 'i18next'
import { expect, test } from 'vitest'
import type { Language } from '../../src/text/languages.ts'
import { catalogues, isolatedIn, textFor, textsIn } from '../../src/text/text.ts'

/** Values that a template could take for its own signs. */
const VALUES = [
  'Ada',
  '',
  '$&$1',
  '{{amount}}',
  '$t(reader.donate)',
  '<b>&amp;</b>',
  '\u2068ש\u2069',
  0,
  -2.5,
]

type Find = (key: string, values: object) => string

function messagesIn(words: object, before = ''): [key: string, message: string][] {
  return Object.entries(words).flatMap(([key, word]: [string, unknown]) =>
    typeof word === 'string'
      ? [[before + key, word] as [string, string]]
      : messagesIn(Object(word) as object, `${before}${key}.`),
  )
}

test.each(Object.entries(catalogues) as [Language, object][])(
  'every message in %s takes its values as i18next puts them into it',
  (language, words) => {
    const i18n = createInstance()
    const resources = { [language]: isolatedIn(language, words) as Record<string, object> }
    const interpolation = { escapeValue: false }
    void i18n.init({ resources, fallbackLng: 'en', initAsync: false, nsSeparator: false, interpolation })
    const text = textFor(language) as unknown as Record<string, Find> // any key, as the loop below finds it
    let compared = 0
    const differing = Object.entries(words).flatMap(([part, messages]: [string, unknown]) =>
      messagesIn(Object(messages) as object).flatMap(([key, message]) => {
        const names = [...message.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name)
        if (names.length === 0) return []
        return VALUES.flatMap((_, from) => {
          const values = Object.fromEntries(
            names.map((name, at) => [name, VALUES[(from + at) % VALUES.length]]),
          )
          compared += 1
          const expected = (i18n.getFixedT(language, part as keyof typeof catalogues.en) as unknown as Find)(
            key,
            values,
          )
          const found = text[part]?.(key, values)
          return found === expected ? [] : [{ key, values, expected, found }]
        })
      }),
    )
    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(1_500)
  },
)

test('a message that stands beside forms of itself, names another message or lacks a value is left to i18next', () => {
  const email = '{{email}}'
  const words = {
    questions: `other ${email}`,
    questions_one: `one ${email}`,
    questions_urgent: `urgent ${email}`,
    named: `$t(questions) ${email}`,
  }
  // These keys are the test's own, so that the typed ones are not of use.
  const receipt = textsIn({ xx: { receipt: words as Record<string, string> } })('xx')
    .receipt as unknown as Find
  expect(receipt('questions', { email: 'a@b', count: 1 })).toBe('one a@b')
  expect(receipt('questions', { email: 'a@b', context: 'urgent' })).toBe('urgent a@b')
  expect(receipt('named', { email: 'a@b' })).toBe('other a@b a@b')
  expect(receipt('questions', { emails: 'a@b' })).toBe('other {{email}}')
})
