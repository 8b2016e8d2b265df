import { expect, test } from 'vitest'
import { isReason } from '../../src/reconciliation/explanations/reason.ts'

test.each([
  ['ok.'],
  [''],
  ['          '],
  ['..........!?'],
  ['okokokokokok'],
  ['ok ok ok ok ok ok'],
  ['1234567890123'],
  ['aaaaaaaaaaaaaaaa'],
  ['done it'],
  [`A reason ${'that goes on '.repeat(100)}`],
])('%j is no reason that an auditor can use', (text) => {
  expect(isReason(text)).toBe(false)
})

test.each([
  ['asked Stripe about it'],
  ['Spende doppelt gebucht, siehe Mail vom 3. März'],
  ['Возврат отправлен вручную'],
  ['送金手数料を銀行が差し引いたため、差額を認める'],
])('%j is a reason', (text) => {
  expect(isReason(text)).toBe(true)
})
