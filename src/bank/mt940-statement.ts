import { parseCurrency } from '../money/currency.ts'
import {
  bankAmount,
  isoDay,
  refused,
  statementOf,
  type RawLine,
  type ReadStatement,
} from './bank-statement.ts'

// :61: value date (YYMMDD), booking date (MMDD, optional), D/C/RD/RC, funds code (optional), amount with a comma, type,
// reference, and after `//` the bank's own. SWIFT, Standards MT, category 9, MT 940, field 61.
const MOVEMENT =
  /^(?<value>\d{6})(?<booked>\d{4})?(?<mark>R?[DC])[A-Z]?(?<amount>\d+,\d*)[NSF][A-Z0-9]{3}(?<own>[^/\r\n]*)(?:\/\/(?<bank>[^\r\n]*))?/

/** A SWIFT MT940 statement. Fields begin with `:61:` at the start of a line and may continue on the next ones. */
export function mt940Statement(text: string): ReadStatement {
  const fields = fieldsIn(text)
  const balance = fields.find(({ tag }) => /^60[FM]$/.test(tag))?.value ?? ''
  const currency = parseCurrency(/^[DC]\d{6}([A-Z]{3})/.exec(balance)?.[1]?.toLowerCase() ?? '')
  if (currency === null) return refused('currency')
  const lines: RawLine[] = []
  for (const [index, { tag, value, row }] of fields.entries()) {
    if (tag !== '61') continue
    const found = MOVEMENT.exec(value)?.groups ?? {}
    const next = fields[index + 1]
    const amount = bankAmount(found['amount'] ?? '', ',', currency)
    // RD takes a debit back, so money comes in.
    const isIncoming = found['mark'] === 'C' || found['mark'] === 'RD'
    lines.push({
      place: row,
      day: bookedDay(found['value'] ?? '', found['booked']),
      amount: amount && !isIncoming ? { ...amount, minor: -amount.minor } : amount,
      description: [next?.tag === '86' ? withoutCodes(next.value) : '', found['own'] ?? ''].join(' '),
      bankReference: found['bank']?.trim() || null,
    })
  }
  return statementOf(fields.find(({ tag }) => tag === '25')?.value ?? null, lines)
}

/** The booking date has no year: it is the value date's, or the one beside it around New Year. */
function bookedDay(value: string, booked: string | undefined) {
  if (booked === undefined) return isoDay(value)
  const year = 2000 + Number(value.slice(0, 2))
  const [valueMonth, bookedMonth] = [Number(value.slice(2, 4)), Number(booked.slice(0, 2))]
  const shift = valueMonth === 12 && bookedMonth === 1 ? 1 : valueMonth === 1 && bookedMonth === 12 ? -1 : 0
  return isoDay(`${year + shift}${booked}`)
}

type Field = { readonly tag: string; readonly value: string; readonly row: number }

function fieldsIn(text: string): Field[] {
  const fields: Field[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const start = /^:(\d{2}[A-Z]?):(.*)$/.exec(line)
    const last = fields.at(-1)
    if (start) fields.push({ tag: start[1] ?? '', value: start[2] ?? '', row: index + 1 })
    else if (last && !/^(-\}?|\{.*)$/.test(line.trim()))
      fields[fields.length - 1] = { ...last, value: `${last.value}\n${line}` }
  }
  return fields
}

/** German banks structure field 86 by codes: `?20TEXT?32NAME`. */
function withoutCodes(value: string): string {
  return value.replace(/^\d{3}(?=\?)/, '').replace(/\?\d{2}/g, ' ')
}
