import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import { parseCurrency } from '../money/currency.ts'
import {
  bankAmount,
  isoDay,
  refused,
  statementOf,
  type RawLine,
  type ReadStatement,
} from './bank-statement.ts'

/** XML elements come singly, several times, or not at all. */
function several<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  )
}
const text = z.string().optional()

// ISO 20022 camt.053: https://www.iso20022.org/iso-20022-message-definitions. Only what is read here is named.
const party = z.object({ Nm: text, Pty: z.object({ Nm: text }).optional() }).optional()
const details = z.object({
  Refs: z.object({ EndToEndId: text, TxId: text, AcctSvcrRef: text }).optional(),
  RltdPties: z.object({ Dbtr: party, Cdtr: party }).optional(),
  RmtInf: z.object({ Ustrd: several(z.string()) }).optional(),
})
const entry = z.object({
  Amt: z.object({ '#text': z.string(), '@Ccy': z.string() }),
  CdtDbtInd: z.enum(['CRDT', 'DBIT']),
  BookgDt: z.object({ Dt: text, DtTm: text }).optional(),
  ValDt: z.object({ Dt: text, DtTm: text }).optional(),
  NtryRef: text,
  AcctSvcrRef: text,
  AddtlNtryInf: text,
  NtryDtls: several(z.object({ TxDtls: several(details) })),
})
const statement = z.object({
  Acct: z
    .object({ Id: z.object({ IBAN: text, Othr: z.object({ Id: text }).optional() }).optional() })
    .optional(),
  Ntry: several(entry),
})
const document = z.object({ Document: z.object({ BkToCstmrStmt: z.object({ Stmt: several(statement) }) }) })

/** A CAMT.053 statement. A document type declaration is refused: no bank sends one, and entities can be an attack. */
export function camtStatement(xml: string): ReadStatement {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) return refused('forbidden_xml')
  const read = document.safeParse(parsed(xml))
  if (!read.success) return refused('not_readable')
  const statements = read.data.Document.BkToCstmrStmt.Stmt
  const account = statements[0]?.Acct?.Id
  const entries = statements.flatMap(({ Ntry }) => Ntry)
  return statementOf(account?.IBAN ?? account?.Othr?.Id ?? null, entries.map(lineOf))
}

function parsed(xml: string): unknown {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
    processEntities: true,
    // An amount without attributes would otherwise be a bare text.
    alwaysCreateTextNode: false,
  })
  try {
    return parser.parse(xml, true)
  } catch {
    return null // the schema then refuses it
  }
}

function lineOf(read: z.output<typeof entry>, index: number): RawLine {
  const currency = parseCurrency(read.Amt['@Ccy'].toLowerCase())
  const amount = currency && bankAmount(read.Amt['#text'], '.', currency)
  // A reversal's indicator says what it does to the balance, as any entry's does.
  const isIncoming = read.CdtDbtInd === 'CRDT'
  const transactions = read.NtryDtls.flatMap(({ TxDtls }) => TxDtls)
  const words = transactions.flatMap(({ RltdPties, RmtInf, Refs }) => [
    RltdPties?.Dbtr?.Nm ?? RltdPties?.Dbtr?.Pty?.Nm,
    ...(RmtInf?.Ustrd ?? []),
    Refs?.EndToEndId,
    Refs?.TxId,
  ])
  return {
    place: index + 1,
    day: isoDay(read.BookgDt?.Dt ?? read.BookgDt?.DtTm ?? read.ValDt?.Dt ?? read.ValDt?.DtTm ?? ''),
    amount: amount && !isIncoming ? { ...amount, minor: -amount.minor } : amount,
    description: [...words, read.AddtlNtryInf].filter((word) => word !== undefined).join(' '),
    bankReference: read.AcctSvcrRef ?? read.NtryRef ?? transactions[0]?.Refs?.AcctSvcrRef ?? null,
  }
}
