import { expect, test } from 'vitest'
import { forget, type Intention, keyFor, tabStorage } from '../../src/widget/browser/intention.ts'

const five: Intention = {
  amount: 500,
  currency: 'usd',
  frequency: 'once',
  article: { url: 'https://harbour.example/ferry', title: 'Ferry' },
  locale: 'en',
}
let made = 0
const newKey = () => `key-${(made += 1)}`
const forbidden = () => {
  throw new Error('SecurityError')
}

test('keeps one key for one intention, and another for another amount, article or campaign', () => {
  const storage = tabStorage(forbidden) // the browser forbids it, so memory stands in
  const key = keyFor(five, storage, 0, newKey)
  expect(keyFor(five, storage, 1000, newKey)).toBe(key)
  const others: Intention[] = [
    { ...five, amount: 501 },
    { ...five, article: { url: 'https://harbour.example/other', title: 'Ferry' } },
    { ...five, campaign: { source: 'letter' } },
  ]
  const keys = others.map((other) => keyFor(other, storage, 1000, newKey))
  expect(new Set([key, ...keys]).size).toBe(4)
})

test('makes a new key after half an hour, or after the old one was forgotten', () => {
  const storage = tabStorage(forbidden)
  const key = keyFor(five, storage, 0, newKey)
  expect(keyFor(five, storage, 30 * 60_000 - 1, newKey)).toBe(key)
  const later = keyFor(five, storage, 30 * 60_000, newKey)
  expect(later).not.toBe(key)
  forget(five, storage)
  expect(keyFor(five, storage, 30 * 60_000, newKey)).not.toBe(later)
})
