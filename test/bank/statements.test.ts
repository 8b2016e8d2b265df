import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bankAmount, MOST_LINES, type ReadStatement } from '../../src/bank/bank-statement.ts'
import { csvStatement, csvTable, guessedColumns } from '../../src/bank/csv-statement.ts'
import { recogniseStatement } from '../../src/bank/read-statement.ts'
import { toDecimalString } from '../../src/money/money.ts'
import { currencyNamed } from '../kit/named.ts'

const usd = currencyNamed('usd')

/** The movements as short lines, or the problems. */
function said(read: ReadStatement | null): string[] {
  if (read === null) return ['no statement']
  if ('problems' in read) return read.problems.map(({ problem, place }) => `${problem} ${place}`)
  return read.statement.lines.map(({ day, amount, description, bankReference }) =>
    [day, toDecimalString(amount), amount.currency, description, bankReference].join(' | '),
  )
}

function recognised(text: string | Uint8Array): ReadStatement | null {
  const found = recogniseStatement(typeof text === 'string' ? Buffer.from(text) : text)
  if (found === null) return null
  return found.format === 'csv' ? csvStatement(found.table, guessedColumns(found.table, usd)) : found.read
}

describe('an amount of a bank', () => {
  test.each([
    ['1,234.56', '.', '1234.56'],
    ['1.234,56', ',', '1234.56'],
    ["1'234.5", '.', '1234.50'],
    ['-12.00', '.', '-12.00'],
    ['12.00-', '.', '-12.00'],
    ['(12.00)', '.', '-12.00'],
    ['+5', '.', '5.00'],
    ['−3,10', ',', '-3.10'],
    ['10.0000', '.', '10.00'],
  ] as const)('%s with decimals after %s is %s', (typed, sign, expected) => {
    const read = bankAmount(typed, sign, usd)
    expect(read && toDecimalString(read)).toBe(expected)
  })

  test.each(['', 'abc', '1.2.3', '12.345', '--5', '1e5', '9'.repeat(16)])('%s is none', (typed) => {
    expect(bankAmount(typed, '.', usd)).toBeNull()
  })

  test('of every currency reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.constantFrom('usd', 'jpy', 'kwd', 'isk'),
        (minor, code) => {
          const amount = { minor, currency: currencyNamed(code) }
          expect(bankAmount(toDecimalString(amount), '.', amount.currency)).toEqual(amount)
        },
      ),
    )
  })
})

describe('a CSV file', () => {
  test('of an American bank is read by its headings', () => {
    const text = `Date,Description,Amount,Balance
01/14/2026,"STRIPE TRANSFER, ST-X1",812.31,1000.00
01/31/2026,RENT,-500.00,500.00
`
    expect(said(recognised(text))).toEqual([
      '2026-01-14 | 812.31 | usd | STRIPE TRANSFER, ST-X1 | ',
      '2026-01-31 | -500.00 | usd | RENT | ',
    ])
  })

  test('of a German bank with lines above its headings, semicolons and commas is read', () => {
    const text = `Kontonummer;DE02 1203 0000

Buchungstag;Verwendungszweck;Betrag
14.01.2026;STRIPE ÜBERWEISUNG;1.812,31
31.01.2026;MIETE;-500,00
`
    const latin = Buffer.from(text, 'latin1')
    expect(said(recognised(latin))).toEqual([
      '2026-01-14 | 1812.31 | usd | STRIPE ÜBERWEISUNG | ',
      '2026-01-31 | -500.00 | usd | MIETE | ',
    ])
  })

  test('with one column for money in and one for money out has signed movements', () => {
    const text = 'Date,Details,Money in,Money out\n2026-01-14,STRIPE,812.31,\n2026-01-15,RENT,,500.00\n'
    expect(said(recognised(text))).toEqual([
      '2026-01-14 | 812.31 | usd | STRIPE | ',
      '2026-01-15 | -500.00 | usd | RENT | ',
    ])
  })

  test('names every line that cannot be read, and nothing of it is taken', () => {
    const text = 'Date,Description,Amount\n2026-02-30,A,1.00\n2026-01-14,B,x\n2026-01-15,C,2.00\n'
    expect(said(recognised(text))).toEqual(['day 2', 'amount 3'])
  })

  test('with fewer columns than staff chose is refused', () => {
    const table = csvTable('a,b\n1,2\n')
    expect(table && said(csvStatement(table, { ...guessedColumns(table, usd), description: 7 }))).toEqual([
      'columns null',
    ])
  })

  test('with more movements than a year has is refused', () => {
    const rows = Array.from({ length: MOST_LINES + 2 }, () => '2026-01-14,STRIPE,1.00')
    expect(said(recognised(['Date,Description,Amount', ...rows].join('\n')))).toEqual(['too_many_lines null'])
  })
})

const OFX = `OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>000123</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260114120000[-5:EST]<TRNAMT>812.31<FITID>F1<NAME>STRIPE &amp; CO<MEMO>ST-X1</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260115<TRNAMT>-5,00<FITID>F2<NAME>FEE</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`

const MT940 = `{1:F01BANKDEFFXXXX}{4:
:20:STARTUMS
:25:12030000/123456
:28C:1/1
:60F:C260101EUR1000,00
:61:2601140114C812,31NTRFNONREF//B4E07XM
:86:166?00GUTSCHRIFT?20STRIPE?21ST-X1?32STRIPE PAYMENTS
:61:2512310102D5,NMSCREF1
:86:fee
:61:260116RC1,00NMSCREF2
:62F:C260131EUR1806,31
-}`

const camt = (entries: string, before = '') => `<?xml version="1.0" encoding="UTF-8"?>${before}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr/><Stmt>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`
const ENTRY = `<Ntry><Amt Ccy="EUR">812.31</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-01-14</Dt></BookgDt>
<AcctSvcrRef>A1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>ST-X1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Stripe &amp; Co</Nm></Dbtr></RltdPties><RmtInf><Ustrd>STRIPE</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`

describe('a statement', () => {
  test('in OFX is read with its account, days, signs and ids', () => {
    expect(said(recognised(OFX))).toEqual([
      '2026-01-14 | 812.31 | usd | STRIPE & CO ST-X1 | F1',
      '2026-01-15 | -5.00 | usd | FEE | F2',
    ])
    expect(recognised(OFX)).toMatchObject({ statement: { account: '000123' } })
  })

  test('in MT940 is read with booking days around New Year, reversals and structured texts', () => {
    expect(said(recognised(MT940))).toEqual([
      '2026-01-14 | 812.31 | eur | GUTSCHRIFT STRIPE ST-X1 STRIPE PAYMENTS NONREF | B4E07XM',
      '2026-01-02 | -5.00 | eur | fee REF1 | ',
      '2026-01-16 | -1.00 | eur | REF2 | ',
    ])
  })

  test('in CAMT.053 is read with its account, party and reference, one entry or several', () => {
    expect(said(recognised(camt(ENTRY)))).toEqual([
      '2026-01-14 | 812.31 | eur | Stripe & Co STRIPE ST-X1 | A1',
    ])
    const out = ENTRY.replace('CRDT', 'DBIT').replace('A1', 'A2')
    expect(said(recognised(camt(ENTRY + out)))).toHaveLength(2)
    expect(recognised(camt(ENTRY))).toMatchObject({ statement: { account: 'DE02120300000000202051' } })
  })

  test('whose XML declares a document type or entities is refused before it is parsed', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    expect(said(recognised(camt(ENTRY.replace('STRIPE', '&b;'), bomb)))).toEqual(['forbidden_xml null'])
    expect(said(recognised('<?xml version="1.0"?><html></html>'))).toEqual(['not_readable null'])
  })

  test('is not an archive, a spreadsheet, a PDF or a picture', () => {
    for (const start of [
      'PK\u0003\u0004',
      '%PDF-1.7',
      '\u00d0\u00cf\u0011\u00e0\u0000',
      '\u0089PNG\r\n\u001a\n\u0000',
    ])
      expect(recogniseStatement(Buffer.from(start, 'latin1'))).toBeNull()
  })

  test('in UTF-16 is read, as Excel saves it', () => {
    const text = 'Date;Description;Amount\n14/01/2026;STRIPE;812.31\n'
    expect(said(recognised(Buffer.from(`\ufeff${text}`, 'utf16le')))).toEqual([
      '2026-01-14 | 812.31 | usd | STRIPE | ',
    ])
  })

  test('of any bytes is read or refused, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc
            .array(
              fc.constantFrom(
                '<Ntry>',
                '</Ntry>',
                '<OFX>',
                '<STMTTRN>',
                ':61:',
                ':20:\n',
                'a,b\n',
                '"',
                '<?xml ',
                camt(ENTRY),
              ),
            )
            .map((parts) => Buffer.from(parts.join(''))),
        ),
        (bytes) => {
          const read = recognised(bytes)
          expect(read === null || 'statement' in read || read.problems.length > 0).toBe(true)
        },
      ),
    )
  })
})
