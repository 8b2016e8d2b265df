import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHead, csvRows, UnreadableFile } from '../../src/imports/csv-rows.ts'
import { amountInFile } from '../../src/imports/file-amount.ts'
import { givenTime, provenOrder } from '../../src/imports/given-time.ts'
import { guessedMapping, importMapping, presetOf } from '../../src/imports/import-mapping.ts'
import { rowReader } from '../../src/imports/read-row.ts'
import { toDecimalString, money } from '../../src/money/money.ts'
import { textOfFile } from '../../src/text/file-text.ts'
import { currencyNamed } from '../kit/named.ts'

const usd = currencyNamed('usd')

describe('an amount of a file', () => {
  test.each([
    ['1,234.50', '.', 'usd', 123_450n],
    ['$1,234.50', '.', 'usd', 123_450n],
    ['USD 25', '.', 'usd', 2_500n],
    ['1.234,50 €', ',', 'eur', 123_450n],
    ['1 234,5', ',', 'eur', 123_450n],
    ['1’234.50', '.', 'chf', 123_450n],
    ['12,34,567.00', '.', 'inr', 123_456_700n],
    ['500', '.', 'jpy', 500n],
    ['500.00', '.', 'jpy', 500n],
    ['1.500', '.', 'kwd', 1_500n],
    ['&#36;25.00', '.', 'usd', 2_500n],
    ['.50', '.', 'usd', 50n],
  ] as const)('%s with the decimal sign %s in %s is %s minor units', (typed, sign, code, minor) => {
    expect(amountInFile(typed, sign, currencyNamed(code))).toEqual({ minor })
  })

  test.each([
    ['5.000', '.', 'usd', 'amount_decimals'],
    ['1.234,50', '.', 'usd', 'amount_unreadable'],
    ['1,234.50', ',', 'usd', 'amount_unreadable'],
    ['500.50', '.', 'jpy', 'amount_decimals'],
    ['-5.00', '.', 'usd', 'amount_not_positive'],
    ['(5.00)', '.', 'usd', 'amount_not_positive'],
    ['0.00', '.', 'usd', 'amount_not_positive'],
    ['25.00 EUR', '.', 'usd', 'amount_in_other_currency'],
    ['', '.', 'usd', 'amount_missing'],
    ['five', '.', 'usd', 'amount_unreadable'],
    ['=1+1', '.', 'usd', 'amount_unreadable'],
    ['1e9', '.', 'usd', 'amount_unreadable'],
    ['9'.repeat(30), '.', 'usd', 'amount_too_large'],
  ] as const)('%s with the decimal sign %s in %s is refused: %s', (typed, sign, code, problem) => {
    expect(amountInFile(typed, sign, currencyNamed(code))).toEqual({ problem })
  })

  test('is read back as it was written, in currencies with any number of decimals', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('usd', 'jpy', 'kwd', 'isk'),
        fc.bigInt({ min: 1n, max: 10n ** 14n }),
        (code, minor) => {
          const currency = currencyNamed(code)
          const text = toDecimalString(money(minor, currency))
          expect(amountInFile(text, '.', currency)).toEqual({ minor })
          expect(amountInFile(text.replace('.', ','), ',', currency)).toEqual({ minor })
        },
      ),
    )
  })
})

describe('the day of a gift', () => {
  test.each([
    ['2023-04-03', '', 'ymd', '2023-04-03 12:00:00', null],
    ['2023-04-03 17:54:13', '', 'ymd', '2023-04-03 17:54:13', null],
    ['2017-12-21T17:54:13.432Z', '', 'ymd', '2017-12-21 17:54:13', 'Z'],
    ['2017-12-21T17:54:13+0200', '', 'ymd', '2017-12-21 17:54:13', '+02:00'],
    ['03/04/2023', '', 'dmy', '2023-04-03 12:00:00', null],
    ['03/04/2023', '', 'mdy', '2023-03-04 12:00:00', null],
    ['3.4.23', '', 'dmy', '2023-04-03 12:00:00', null],
    ['April 3, 2023', '5:54 pm', 'ymd', '2023-04-03 17:54:00', null],
    ['Monday, April 3, 2023', '12:05 AM', 'ymd', '2023-04-03 00:05:00', null],
    ['3. April 2023', '17:54', 'ymd', '2023-04-03 17:54:00', null],
    ['3 avril 2023', '17h54', 'ymd', '2023-04-03 17:54:00', null],
    ['3 de abril de 2023', '', 'ymd', '2023-04-03 12:00:00', null],
    ['3 квітня 2023', '', 'ymd', '2023-04-03 12:00:00', null],
    ['3-Apr-2023', '', 'ymd', '2023-04-03 12:00:00', null],
  ] as const)('%s %s in the order %s is %s', (date, time, order, wallClock, offset) => {
    expect(givenTime(date, time, order)).toEqual({ wallClock, offset })
  })

  test.each([
    ['', '', 'date_missing'],
    ['2023-02-30', '', 'date_unreadable'],
    ['April 31, 2023', '', 'date_unreadable'],
    ['13/13/2023', '', 'date_unreadable'],
    ['yesterday', '', 'date_unreadable'],
    ['2023-04-03', '25:00', 'time_unreadable'],
    ['2023-04-03 tea', '', 'time_unreadable'],
    ['2023-04-03', '13:00 pm', 'time_unreadable'],
  ] as const)('%s %s is refused: %s', (date, time, problem) => {
    expect(givenTime(date, time, 'dmy')).toEqual({ problem })
  })

  test.each([
    [['03/04/2023', '05/06/2023'], null],
    [['03/04/2023', '25/06/2023'], 'dmy'],
    [['03/04/2023', '06/25/2023'], 'mdy'],
    [['25/06/2023', '06/25/2023'], null],
    [['2023-04-03'], 'ymd'],
    [['April 3, 2023'], 'ymd'],
    [['2023-04-03', '03/04/2023'], null],
  ] as const)('the dates %j prove the order %s', (dates, order) => {
    expect(provenOrder(dates)).toBe(order)
  })
})

describe('a file', () => {
  const rowsOf = async (text: string) => {
    const head = csvHead(text)
    if (!head) return null
    const rows: (readonly string[])[] = []
    for await (const portion of csvRows(text, head, 2))
      rows.push(...portion.map(({ row, cells }) => [String(row), ...cells]))
    return { headings: head.headings, rows }
  }

  test.each([',', ';', '\t', '|'])(
    'is read with the separator %j, quoted line breaks and rows without content',
    async (separator) => {
      const text = [
        ['Id', 'Words', 'Sum'],
        ['1', '"two\nlines, and ""quotes"""', '5'],
        ['', '', ''],
        ['2', '=cmd()', '6'],
      ]
        .map((row) => row.join(separator))
        .join('\r\n')
      expect(await rowsOf(text)).toEqual({
        headings: ['Id', 'Words', 'Sum'],
        rows: [
          ['2', '1', 'two\nlines, and "quotes"', '5'],
          ['4', '2', '=cmd()', '6'],
        ],
      })
    },
  )

  test('is read in every encoding that spreadsheets write', async () => {
    const text = 'Name;Sum\nJürgen Őry;5\n'
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), utf16])
      expect((await rowsOf(textOfFile(bytes) ?? ''))?.rows).toEqual([['2', 'Jürgen Őry', '5']])
    const old = Buffer.from('Name;Sum\nJürgen;5\n', 'latin1')
    expect((await rowsOf(textOfFile(old) ?? ''))?.rows).toEqual([['2', 'Jürgen', '5']])
  })

  test('that is an archive, a workbook or no table is refused', () => {
    expect(textOfFile(Buffer.from('PK\u0003\u0004 and so on'))).toBeNull()
    expect(textOfFile(Buffer.from([0, 1, 2, 3]))).toBeNull()
    expect(csvHead('one column\nonly\n')).toBeNull()
  })

  test('with a quotation mark that is never closed, or a row without an end, is refused as a whole', async () => {
    const reading = rowsOf(`A,B\n1,"never closed\n${'x,y\n'.repeat(10)}`)
    await expect(reading).rejects.toThrow(UnreadableFile)
    await expect(rowsOf(`A,B\n1,2\n1,"${'x'.repeat(300_000)}"\n`)).rejects.toMatchObject({
      failure: 'row_too_long',
    })
  })
})

describe('what the columns mean', () => {
  test('is known for GiveWP and for the fields of Donorbox', () => {
    expect(presetOf(['Donation ID', 'Donation Total', 'Donation Date', 'Email Address'])).toBe('givewp')
    expect(presetOf(['Name', 'Email', 'Amount', 'Donated At', 'Stripe Charge Id'])).toBe('donorbox')
    expect(presetOf(['donation_date', 'amount', 'email', 'stripe_charge_id'])).toBe('donorbox')
    expect(presetOf(['Date', 'Amount', 'Name'])).toBeNull()
  })

  test('is guessed from other headings, and what the file does not prove is left open', () => {
    const table = {
      headings: ['Datum', 'Betrag', 'E-Mail', 'Status'],
      rows: [['03/04/2023', '1.000', 'a@b.example', 'ok']],
    }
    const guessed = guessedMapping(table, { currency: usd, timezone: 'UTC' })
    expect(guessed.columns).toMatchObject({ date: '0', amount: '1', email: '2', status: '3', id: '' })
    expect([guessed.dateOrder, guessed.decimalSign, guessed.source]).toEqual(['', '', ''])
  })
})

describe('a row', () => {
  const HEADINGS = ['Id', 'Amount', 'Date', 'Status', 'Amount Refunded', 'Gateway', 'Name', 'E-mail']
  const mapping = importMapping.parse({
    ...guessedMapping({ headings: HEADINGS, rows: [] }, { currency: usd, timezone: 'UTC' }),
    source: 'other',
    dateOrder: 'ymd',
    decimalSign: '.',
  })
  const reader = () => rowReader(mapping, HEADINGS.length, '2026-02-10')
  const read = (over: Record<string, string>) => {
    const usual: Record<string, string> = {
      Id: '7',
      Amount: '5.00',
      Date: '2023-04-03',
      Status: 'paid',
      Name: 'Ada',
    }
    return reader()(
      2,
      HEADINGS.map((heading) => over[heading] ?? usual[heading] ?? ''),
    )
  }

  test.each([
    [{ Status: 'Refunded' }, 'refunded'],
    [{ Status: 'pending' }, 'pending'],
    [{ Status: 'Abandoned' }, 'abandoned'],
    [{ Status: 'FAILED' }, 'failed'],
    [{ Status: 'Revoked' }, 'cancelled'],
    [{ Gateway: 'Test Donation' }, 'test'],
    [{ 'Amount Refunded': '$5.00' }, 'refunded'],
  ])('that says %j is left out as %s', (over, skipped) => {
    expect(read(over)).toMatchObject({ skipped })
  })

  test.each([
    [{ Id: '' }, 'id_missing'],
    [{ Status: 'maybe' }, 'status_unknown'],
    [{ 'Amount Refunded': '2.00' }, 'refunded_in_part'],
    [{ Date: '2026-02-11' }, 'date_in_the_future'],
    [{ Date: '0202-02-11' }, 'date_too_old'],
    [{ 'E-mail': 'ada at home' }, 'email_not_valid'],
    [{ Name: 'x'.repeat(201) }, 'too_long'],
  ])('that says %j has the problem %s', (over, reason) => {
    expect(read(over)).toMatchObject({ problems: [{ reason }] })
  })

  test('without an id is known by all that it says, and equal rows of a file are as many gifts', () => {
    const { id: _, ...columns } = mapping.columns
    const unnamed = { ...mapping, columns: { ...columns, id: null } }
    const cells = ['', '5.00', '2023-04-03', 'paid', '', '', 'Ada', '']
    const keys = [1, 2].map(() => {
      const one = rowReader(unnamed, HEADINGS.length, '2026-02-10')
      return [2, 3].map((row) => {
        const found = one(row, cells)
        return 'gift' in found ? found.gift.giftKey : null
      })
    })
    expect(keys[0]).toEqual(keys[1])
    expect(new Set(keys[0]).size).toBe(2)
  })

  test('has its marks of WordPress and Excel undone, and no control characters', () => {
    expect(read({ Id: '="007"', Name: 'Seán O&#8217;Neill &amp; Co\u0000\u0007' })).toMatchObject({
      gift: { externalId: '007', donorName: 'Seán O’Neill & Co' },
    })
  })
})
