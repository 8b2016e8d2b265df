import { parseCurrency } from '../money/currency.ts'
import {
  bankAmount,
  isoDay,
  refused,
  statementOf,
  type RawLine,
  type ReadStatement,
} from './bank-statement.ts'

/**
 * OFX, as banks offer it for download ("Web Connect", QFX, QBO). Version 1 is SGML without end tags on values, version 2
 * is XML; in both a value stands between its tag and the next `<`, which is all that is read here (OFX 2.3, section 11.4:
 * STMTTRN with DTPOSTED, TRNAMT, FITID, NAME, MEMO).
 */
export function ofxStatement(text: string): ReadStatement {
  const currency = parseCurrency((valueIn(text, 'CURDEF') ?? '').toLowerCase())
  const blocks = text.split(/<STMTTRN>/i).slice(1)
  if (blocks.length === 0) return refused('no_lines')
  if (currency === null) return refused('currency')
  return statementOf(
    valueIn(text, 'ACCTID'),
    blocks.map((block, index): RawLine => {
      const [own = ''] = block.split(/<\/STMTTRN>|<\/BANKTRANLIST>/i)
      const amount = valueIn(own, 'TRNAMT') ?? ''
      // OFX lets a bank write a comma or a point, and never groups digits.
      const decimalSign = amount.includes(',') ? ',' : '.'
      const words = [valueIn(own, 'NAME'), valueIn(own, 'MEMO'), valueIn(own, 'REFNUM')]
      return {
        place: index + 1,
        day: isoDay(valueIn(own, 'DTPOSTED') ?? ''),
        amount: bankAmount(amount, decimalSign, currency),
        description: words.filter((word) => word !== null).join(' '),
        bankReference: valueIn(own, 'FITID'),
      }
    }),
  )
}

function valueIn(text: string, tag: string): string | null {
  const start = text.search(new RegExp(`<${tag}>`, 'i'))
  if (start < 0) return null
  const from = start + tag.length + 2
  const end = text.indexOf('<', from)
  const value = text.slice(from, end < 0 ? undefined : end).trim()
  return value === '' ? null : unescaped(value)
}

function unescaped(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
