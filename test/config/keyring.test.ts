import { expect, test } from 'vitest'
import { keyringFrom } from '../../src/config/keyring.ts'

const ONE = 'the first secret, which is long enough'
const TWO = 'the second secret, which is long enough'

test('derives a key for each purpose, and no two are equal', () => {
  const keys = Object.values(keyringFrom([ONE, TWO])).flat()
  expect(keys).toHaveLength(22)
  expect(new Set(keys).size).toBe(keys.length)
  for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32)
})

test('derives the same keys again, so that signatures survive a restart and a restored backup', () => {
  expect(keyringFrom([ONE])).toEqual(keyringFrom([ONE]))
  // These values are part of what operators rely on: links that were mailed years ago are made with them.
  expect(keyringFrom([ONE])).toMatchInlineSnapshot(`
    {
      "addressHashes": [
        "s2tFMfDL0c4B6OyHvpfhqWKnaRzEYrWPDp885YlOXos",
      ],
      "challenges": [
        "6lXlJ7XtOb7lGIabpWTN1bTSq_82FXarPqno0M0CzPo",
      ],
      "checkoutMarks": [
        "thv4lB3vyzAC5pcBA-C4NPC2ANubP74L1VP3vI0ea4k",
      ],
      "newsletterLinks": [
        "pkCpEq3O2kwGn7u_PlgL52uXFXf2r5b5Bu33btQpJ4E",
      ],
      "receiptCodes": [
        "ZnEcZe0X27Gmq-vfwCrYvUbG0PZCkBpnuVdNgHQxepQ",
      ],
      "receiptLinks": [
        "sqrzmD81ZzbT4spvAJRUU5UmBQ-O8HhL4vi9nyfGBcE",
      ],
      "recurringLinks": [
        "PuP7FS9Tcx-uyH30sVAzqU54mzl8BmYDXXfHcKNIc4I",
      ],
      "secondFactors": [
        "K8D8FI8kzI7aDN5xVQz1wK0pPRv1-OwdT5B4hPdCyDE",
      ],
      "sessionCookies": [
        "JB8v2__7K7Ce1wy8jCKDzmA1cg-DWvJFYrsX73bueLE",
      ],
      "unsentForms": [
        "QOmVEwRK62z0G3FYXx28_9SxjP-Fm4Nb59y_9hDDuoQ",
      ],
      "webhookSecrets": [
        "_ZQi7sNibxPtDXycSOquRDO8EXFcwkThuqqyYxMXJqs",
      ],
    }
  `)
})

test('puts the key of the first secret first and keeps the keys of older ones', () => {
  const [before, after] = [keyringFrom([ONE]), keyringFrom([TWO, ONE])]
  for (const purpose of ['sessionCookies', 'addressHashes', 'receiptLinks', 'checkoutMarks'] as const) {
    expect(after[purpose][0]).not.toBe(before[purpose][0])
    expect(after[purpose].slice(1)).toEqual(before[purpose])
  }
})

test('replaces the keys of one purpose alone when that purpose has secrets of its own', () => {
  const common = keyringFrom([ONE])
  const own = keyringFrom([ONE], { sessionCookies: [TWO] })
  expect(own.sessionCookies).toEqual(keyringFrom([TWO]).sessionCookies)
  expect({ ...own, sessionCookies: common.sessionCookies }).toEqual(common)
})

test('keeps the keys of a purpose when its own secret is the common one of before', () => {
  // So an operator replaces SESSION_SECRET and leaves receipts' links as they are.
  const replaced = keyringFrom([TWO], { receiptLinks: [ONE] })
  expect(replaced.receiptLinks).toEqual(keyringFrom([ONE]).receiptLinks)
  expect(replaced.sessionCookies).toEqual(keyringFrom([TWO]).sessionCookies)
})
