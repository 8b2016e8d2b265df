import { expect, test } from 'vitest'
import { receiptLinks } from '../../src/receipts/receipt-link.ts'
import { foreignKeys, olderTestKeys, testKeys } from '../kit/keys.ts'
import { otherThan } from '../kit/other-than.ts'

const links = receiptLinks(testKeys.receiptLinks)
const older = receiptLinks(olderTestKeys.receiptLinks)
const foreign = receiptLinks(foreignKeys.receiptLinks)
const receipt = { year: 2026, number: 47n }

test('gives the same receipt the same token and every other receipt another one', () => {
  expect(links.tokenFor(receipt)).toBe(links.tokenFor(receipt))
  const tokens = [receipt, { year: 2027, number: 47n }, { year: 2026, number: 4n }].map(links.tokenFor)
  expect(new Set(tokens).size).toBe(3)
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{38,60}$/)
})

test('names the receipt of a token that the key in use or an older one made', () => {
  expect(links.receiptIn(links.tokenFor(receipt))).toEqual(receipt)
  expect(links.receiptIn(older.tokenFor(receipt))).toEqual(receipt)
})

test('names no receipt for a token that no key of ours made', () => {
  const token = links.tokenFor(receipt)
  const forged = [
    foreign.tokenFor(receipt),
    token.replace('2026-47-', '2026-48-'),
    token.replace('2026-47-', '2025-47-'),
    token.replace('2026-47-', '2026-047-'),
    token.replace('2026-47-', ''),
    otherThan(token),
    token.slice(0, -1),
    `${token}A`,
    '',
  ]
  for (const text of forged) expect([text, links.receiptIn(text)]).toEqual([text, null])
  // The older key cannot know what the newer one makes.
  expect(older.receiptIn(token)).toBeNull()
})
