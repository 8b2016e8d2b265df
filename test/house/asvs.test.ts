import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The table of the Application Security Verification Standard answers every point, and names files that exist. */

const root = new URL('../../', import.meta.url)
const table = readFileSync(new URL('docs/asvs.md', root), 'utf8')

/** Every point of ASVS 5.0.0 by level, as `section:points`. */
const POINTS = {
  1: `1.2:1,2,3,4,5 1.3:1,2 1.5:1 2.1:1 2.2:1,2 2.3:1 3.2:1,2 3.3:1 3.4:1,2 3.5:1,2,3 4.1:1 4.4:1 5.2:1,2 5.3:1,2 6.1:1
    6.2:1,2,3,4,5,6,7,8 6.3:1,2 6.4:1,2 7.2:1,2,3,4 7.4:1,2 8.1:1 8.2:1,2 8.3:1 9.1:1,2,3 9.2:1 10.4:1,2,3,4,5 11.3:1,2 11.4:1
    12.1:1 12.2:1,2 13.4:1 14.2:1 14.3:1 15.1:1 15.2:1 15.3:1`,
  2: `1.1:1,2 1.2:6,7,8,9 1.3:3,4,5,6,7,8,9,10,11 1.4:1,2,3 1.5:2 2.1:2,3 2.2:3 2.3:2,3,4 2.4:1 3.3:2,3,4 3.4:3,4,5,6 3.5:4,5
    3.7:1,2 4.1:2,3 4.2:1 4.3:1,2 4.4:2,3,4 5.1:1 5.2:3 5.4:1,2,3 6.1:2,3 6.2:9,10,11,12 6.3:3,4 6.4:3,4 6.5:1,2,3,4,5 6.6:1,2,3
    6.8:1,2,3,4 7.1:1,2,3 7.3:1,2 7.4:3,4,5 7.5:1,2 7.6:1,2 8.1:2 8.2:3 8.4:1 9.2:2,3,4 10.1:1,2 10.2:1,2 10.3:1,2,3,4
    10.4:6,7,8,9,10,11 10.5:1,2,3,4,5 10.6:1,2 10.7:1,2,3 11.1:1,2 11.2:1,2,3 11.3:3 11.4:2,3,4 11.5:1 11.6:1 12.1:2,3
    12.3:1,2,3,4 13.1:1 13.2:1,2,3,4,5 13.3:1,2 13.4:2,3,4,5 14.1:1,2 14.2:2,3,4 14.3:2,3 15.1:2,3 15.2:2,3 15.3:2,3,4,5,6,7
    16.1:1 16.2:1,2,3,4,5 16.3:1,2,3,4 16.4:1,2,3 16.5:1,2,3 17.1:1 17.2:1,2,3,4 17.3:1,2`,
} as const

const points = Object.entries(POINTS).flatMap(([level, sections]) =>
  sections
    .trim()
    .split(/\s+/)
    .flatMap((section) => {
      const [number = '', last = ''] = section.split(':')
      return last.split(',').map((point) => `${number}.${point} ${level}`)
    }),
)

const rows = table
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', level = '', asksFor = '', answer = '', because = '']) => ({
    point: `${number} ${level}`,
    asksFor,
    answer,
    because,
  }))
const namedFiles = (text: string) =>
  [...text.matchAll(/`((?:src|test|docs|\.ci)\/[^`]+|Dockerfile|compose\.yaml)`/g)].map(
    ([, name = '']) => name,
  )

test('every point of levels 1 and 2 has one answer, with a reason', () => {
  expect(points).toHaveLength(70 + 183)
  expect(rows.map(({ point }) => point).toSorted()).toEqual(points.toSorted())
  for (const row of rows) {
    expect(row.asksFor).not.toBe('')
    expect(row.because.length).toBeGreaterThan(8)
  }
  expect(rows.filter(({ answer }) => !['met', 'not applicable', 'open'].includes(answer))).toEqual([])
})

test('what is met is met somewhere, and mostly a test shows it', () => {
  const met = rows.filter(({ answer }) => answer === 'met')
  const nowhere = met.filter(({ because }) => namedFiles(because).length === 0 && !because.includes(']('))
  expect(nowhere).toEqual([])
  const shown = met.filter(({ because }) => namedFiles(because).some((name) => name.startsWith('test/')))
  expect(shown.length / met.length).toBeGreaterThan(0.7)
})

test('the numbers above the table are those of its rows', () => {
  const number = (answer: string) => rows.filter((row) => row.answer === answer).length
  expect(table).toContain(
    `${number('met')} are met, ${number('not applicable')} do not apply, ${number('open')} are open.`,
  )
})

test.each(['docs/asvs.md', 'docs/security.md', 'docs/threat-model.md'])(
  'every file that %s names exists',
  (page) => {
    const named = namedFiles(readFileSync(new URL(page, root), 'utf8'))
    expect(named.filter((name) => !existsSync(new URL(name, root)))).toEqual([])
  },
)
