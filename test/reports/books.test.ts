import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { AccountSums } from '../../src/ledger/kept-tables.ts'
import { accountSheetOf } from '../../src/reports/books/account-sheet.ts'
import { accountsWithoutLine, bridgesOf } from '../../src/reports/books/bridge.ts'
import { accounts } from '../../src/reports/books/chart-of-accounts.ts'
import { ownFees } from '../../src/reports/books/books-store.ts'
import { failedDebitFees } from '../../src/reports/books/failed-debits-store.ts'
import { incomeStatementOf } from '../../src/reports/books/income-statement.ts'
import { journal } from '../../src/reports/books/journal-store.ts'
import { journalPlace, type JournalTransaction } from '../../src/reports/books/journal.ts'
import { readAccounts, readIncome } from '../../src/reports/books/books-store.ts'
import { BALANCE_TYPES, balanceKind } from '../../src/settlement/balance/balance-types.ts'
import { selectAll } from '../kit/processing.ts'
import { playedMonthTest as test } from '../reconciliation/played-month.ts'
import { receiveBalance, receiveEvents } from '../reconciliation/recorded.ts'

const TIMEZONE = 'America/New_York'
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' }

const entry = fc.record({
  account: fc.constantFrom(...accounts),
  contra: fc.constantFrom(...accounts),
  minor: fc.bigInt({ min: -1000n, max: 1000n }),
  isBefore: fc.boolean(),
})

/** The sums of postings that each move an amount from one account to another. */
function sumsOf(entries: readonly { account: string; contra: string; minor: bigint; isBefore: boolean }[]) {
  const sums = new Map<string, AccountSums>()
  const add = (account: string, minor: bigint, isBefore: boolean) => {
    const before = sums.get(account) ?? {
      account,
      currency: 'usd',
      openingMinor: 0n,
      debitMinor: 0n,
      creditMinor: 0n,
      entries: 0n,
    }
    const { openingMinor, debitMinor, creditMinor } = before
    sums.set(account, {
      ...before,
      openingMinor: openingMinor + (isBefore ? minor : 0n),
      debitMinor: debitMinor + (!isBefore && minor > 0n ? minor : 0n),
      creditMinor: creditMinor - (!isBefore && minor < 0n ? minor : 0n),
      entries: before.entries + (isBefore ? 0n : 1n),
    })
  }
  for (const { account, contra, minor, isBefore } of entries) {
    add(account, minor, isBefore)
    add(contra, -minor, isBefore)
  }
  return [...sums.values()]
}

describe('whatever is posted', () => {
  test('the bridge leads from the opening balance at Stripe to the closing one', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const sums = sumsOf(entries)
        const stripe = sums.find(({ account }) => account === 'stripe_balance')
        const closing = stripe ? stripe.openingMinor + stripe.debitMinor - stripe.creditMinor : 0n
        const [bridge] = bridgesOf(
          sums,
          [{ currency: 'usd', closingMinor: closing, adjustedLaterMinor: 0n }],
          true,
        )
        expect(bridge?.closing).toBe(Number(closing))
        expect(bridge?.stripe.difference).toBe(0)
        const lines = bridge?.lines.reduce((sum, { amount }) => sum + amount, bridge.opening)
        expect(lines).toBe(bridge?.closing)
      }),
    )
    expect(accountsWithoutLine()).toEqual(['stripe_balance'])
  })

  test('the debits of the account sheet equal its credits, and its openings sum to zero', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const { rows, sums } = accountSheetOf(NOVEMBER, sumsOf(entries))
        for (const { opening, debits, credits } of sums) expect([opening, debits]).toEqual([0, credits])
        for (const { opening, debits, credits, closing } of rows)
          expect(closing).toBe(opening + debits - credits)
      }),
    )
  })

  test('the result of the income statement is what its accounts gained', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 30 }),
        fc.bigInt({ min: -50n, max: 50n }),
        (entries, feeMinor) => {
          const [statement] = incomeStatementOf(NOVEMBER, sumsOf(entries), {
            own: [{ currency: 'usd', feeMinor }],
            failedDebits: [{ currency: 'usd', feeMinor: feeMinor / 2n }],
          }).currencies
          const lines = statement?.lines.reduce((sum, { amount }) => sum + amount, 0)
          expect(lines ?? 0).toBe(statement?.result ?? 0)
        },
      ),
    )
  })
})

describe('a month of the books', () => {
  test('ties its account sheet, its bridge and its journal to what Stripe lists', async ({
    pool,
    month: { end },
  }) => {
    await receiveEvents(pool, end)
    await receiveBalance(pool, end)
    const { sheet, bridges } = await readAccounts(pool, NOVEMBER, TIMEZONE)
    for (const { opening, debits, credits } of sheet.sums) expect([opening, debits]).toEqual([0, credits])
    expect(bridges.length).toBeGreaterThan(0)
    for (const { currency, closing, stripe } of bridges) {
      const listed = end.transactions
        .filter((one) => one.currency === currency && one.createdAt < new Date('2026-12-01T05:00:00Z'))
        .reduce((sum, { netMinor }) => sum + netMinor, 0n)
      expect(stripe).toMatchObject({ closing: Number(listed), complete: true, difference: 0 })
      expect(closing).toBe(Number(listed))
    }
    for (const { account, currency, debits, credits, entries } of sheet.rows) {
      const amounts: number[] = []
      const seen: JournalTransaction[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const place = journalPlace(cursor) ?? undefined
        const { data, nextCursor } = await journal(pool, { ...NOVEMBER, account, limit: 7, cursor: place })
        seen.push(...data)
        cursor = nextCursor
      }
      for (const posting of seen)
        for (const one of posting.entries)
          if (one.account === account && one.currency === currency) amounts.push(one.amount)
      expect(amounts).toHaveLength(entries)
      expect(amounts.filter((one) => one > 0).reduce((sum, one) => sum + one, 0)).toBe(debits)
      expect(amounts.filter((one) => one < 0).reduce((sum, one) => sum - one, 0)).toBe(credits)
      const order = seen.map(({ bookedOn, id }) => `${bookedOn} ${id}`)
      expect(order).toEqual(order.toSorted())
    }
  })

  test('keeps the fees of gifts, of disputes and of Stripe’s services apart', async ({
    pool,
    month: { end },
  }) => {
    await receiveEvents(pool, end)
    await receiveBalance(pool, end)
    const { currencies } = await readIncome(pool, NOVEMBER)
    const usd = currencies.find(({ currency }) => currency === 'usd')
    const amountOf = (line: string) => usd?.lines.find((one) => one.line === line)?.amount ?? 0
    const inNovember = end.transactions.filter(
      ({ currency, createdAt }) =>
        currency === 'usd' &&
        createdAt >= new Date('2026-11-01T04:00:00Z') &&
        createdAt < new Date('2026-12-01T05:00:00Z'),
    )
    const feesOf = (kinds: readonly string[]) =>
      Number(
        inNovember
          .filter((one) => kinds.includes(balanceKind(one)))
          .reduce((sum, one) => sum - (kinds.includes('own_fee') ? -one.netMinor : one.feeMinor), 0n),
      )
    expect(amountOf('other_stripe_fees')).toBe(feesOf(['own_fee']))
    expect(amountOf('dispute_fees')).toBe(feesOf(['dispute']))
    expect(amountOf('other_stripe_fees')).toBeLessThan(0)
    expect(amountOf('dispute_fees')).toBeLessThan(0)
    // A debit of 40 dollars failed before it was a gift; one of 42 came back after it was, and its fee stays with the gift.
    const returned = end.transactions.filter((one) => balanceKind(one) === 'bank_return')
    const gifts = await selectAll(pool, `select payment_intent_id as id from donations`)
    const failed = returned.filter(({ clears }) => !gifts.some(({ id }) => id === clears))
    expect([returned.length, failed.length]).toEqual([2, 1])
    const kept = end.transactions
      .filter(({ clears }) => clears === failed[0]?.clears)
      .reduce((sum, { feeMinor }) => sum + feeMinor, 0n)
    expect(kept).toBeGreaterThan(0n)
    expect(amountOf('failed_debit_fees')).toBe(Number(-kept))
    const [fees] = await selectAll(
      pool,
      `select sum(amount_minor)::int as sum from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       where account = 'stripe_fees' and currency = 'usd' and booked_on between $1 and $2`,
      NOVEMBER.from,
      NOVEMBER.to,
    )
    expect(amountOf('processing_fees') + amountOf('failed_debit_fees') + amountOf('other_stripe_fees')).toBe(
      -Number(fees?.['sum']),
    )
    expect(await failedDebitFees(pool, { from: '2026-12-01', to: '2026-12-31' })).toEqual([])
    expect(await ownFees(pool, { from: '2026-01-01', to: '2026-09-30' })).toEqual([])
  })
})

test('the query for failed debits names the types that are such', () => {
  const returns = Object.entries(BALANCE_TYPES).filter(([, kind]) => kind === 'bank_return')
  expect(returns.map(([type]) => type)).toEqual(['payment_failure_refund', 'payment_reversal'])
})

test('the query for fees of Stripe’s own names the types that are such', () => {
  const own = Object.entries(BALANCE_TYPES).filter(([, kind]) => kind === 'own_fee')
  expect(own.map(([type]) => type)).toEqual(['stripe_fee', 'stripe_fx_fee', 'tax_fee'])
})

describe('the journal', () => {
  test('is read backwards by the same places, and starts and ends without one', async ({
    pool,
    month: { end },
  }) => {
    await receiveEvents(pool, end)
    await receiveBalance(pool, end)
    const read = (cursor?: string | null) =>
      journal(pool, { ...NOVEMBER, limit: 5, cursor: journalPlace(cursor ?? '') ?? undefined })
    const first = await read()
    expect(first.previousCursor).toBeNull()
    const second = await read(first.nextCursor)
    const back = await read(second.previousCursor)
    expect(back.data).toEqual(first.data)
    expect(back.previousCursor).toBeNull()
    expect((await read(back.nextCursor)).data).toEqual(second.data)
  })
})
