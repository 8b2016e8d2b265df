import { expect, test } from 'vitest'
import { opened, sealed, sealedAnew } from '../../src/access/sealed-secret.ts'
import { checkoutMarks, MARK_KEY } from '../../src/checkout/checkout-mark.ts'
import { keyringFrom } from '../../src/config/keyring.ts'
import type { CheckoutId, SubscriptionId } from '../../src/ids.ts'
import { newsletterLinks } from '../../src/newsletter/newsletter-link.ts'
import { receiptCodes } from '../../src/receipts/receipt-code.ts'
import { receiptLinks } from '../../src/receipts/receipt-link.ts'
import { recurringLinks } from '../../src/subscriptions/recurring-link.ts'

/** What a former secret signed stays valid while it is listed, what the present one signs is valid where both are. */

const OLD = 'the former secret, which is long enough'
const NEW = 'the present secret, which is long enough'
const before = keyringFrom([OLD])
const prepared = keyringFrom([OLD, NEW])
const rolled = keyringFrom([NEW, OLD])
const after = keyringFrom([NEW])
type Keyring = typeof before

const receipt = { year: 2026, number: 7n }
const id = '5a9cc36d-db30-41c2-a7c3-f70d43b15e41'

const purposes: readonly (readonly [string, (by: Keyring, verifiedBy: Keyring) => boolean])[] = [
  [
    'a link of a receipt',
    (by, keys) =>
      receiptLinks(keys.receiptLinks).receiptIn(receiptLinks(by.receiptLinks).tokenFor(receipt)) !== null,
  ],
  [
    'a code of a receipt',
    (by, keys) =>
      receiptCodes(keys.receiptCodes).isCodeOf(receipt, receiptCodes(by.receiptCodes).codeFor(receipt)),
  ],
  [
    'a link of a recurring gift',
    (by, keys) =>
      recurringLinks(keys.recurringLinks).subscriptionIn(
        recurringLinks(by.recurringLinks).tokenFor('sub_1' as SubscriptionId), // an id as Stripe writes it
      ) !== null,
  ],
  [
    'a link of the newsletter',
    (by, keys) =>
      newsletterLinks(keys.newsletterLinks).consentIn(
        'unsubscribe',
        newsletterLinks(by.newsletterLinks).tokenFor('unsubscribe', id),
      ) !== null,
  ],
  [
    'our mark on a payment at Stripe',
    (by, keys) => {
      const made = checkoutMarks(by.checkoutMarks, false).make(id as CheckoutId) // an id as checkouts have it
      return checkoutMarks(keys.checkoutMarks, false).checkoutIn({ [MARK_KEY]: made }) !== null
    },
  ],
  [
    'a sealed secret',
    (by, keys) => opened(sealed('a secret', id, by.secondFactors), id, keys.secondFactors) === 'a secret',
  ],
]

test.each(purposes)('%s stays valid while its secret is listed, and no longer', (_, isValid) => {
  expect(isValid(before, rolled)).toBe(true)
  expect(isValid(before, after)).toBe(false)
  // Processes that are restarted one after the other understand one another in each step.
  expect([isValid(before, prepared), isValid(prepared, before)]).toEqual([true, true])
  expect([isValid(prepared, rolled), isValid(rolled, prepared)]).toEqual([true, true])
  expect([isValid(rolled, after), isValid(after, rolled)]).toEqual([true, true])
})

test('a sealed secret is sealed anew once, and then opens without the former secret', () => {
  const anew = sealedAnew(sealed('a secret', id, before.secondFactors), id, rolled.secondFactors)
  expect(anew && opened(anew, id, after.secondFactors)).toBe('a secret')
  expect(anew && sealedAnew(anew, id, rolled.secondFactors)).toBeNull()
  expect(sealedAnew(sealed('a secret', id, before.secondFactors), id, after.secondFactors)).toBeNull()
})
