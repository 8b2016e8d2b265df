import type pg from 'pg'
import { z } from 'zod'
import type { Reporting } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { accountsWithoutCode, journalLines } from './account-code-store.ts'
import { maskedAddress, type AuditedState } from '../access/audit/audit-trail.ts'
import {
  donationsFileQuery,
  type DonationFilters,
  type Search,
} from '../reports/donation-list/donation-search.ts'
import { donorsQuery, type DonorsQuery } from '../reports/donors-above.ts'
import { parsedBy } from '../http/parse.ts'
import { parseCurrency } from '../money/currency.ts'
import { rankingFileQuery, type RankingFileQuery } from '../reports/ranking.ts'
import { reportPeriod } from '../reports/report-period.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from '../reports/report-query.ts'
import { readRates } from '../reports/totals/rates-store.ts'
import { currentSource } from '../reports/totals/read-figures.ts'
import { depositsFile } from './files/deposits-file.ts'
import { donationsFile } from './files/donations-file.ts'
import { donorsFile } from './files/donors-file.ts'
import { itemsFile } from './files/items-file.ts'
import { ledgerFile, type Since } from './files/ledger-file.ts'
import { journalFile, journalFormats, journalGrains, MOST_XERO_LINES } from './files/journal-file.ts'
import { receiptsFile } from './files/receipts-file.ts'
import { rankingFile } from './files/ranking-file.ts'
import type { SentFile } from './send-export.ts'

// What each file can be asked for, by pages and programs alike, and what of it is logged.

const days = {
  from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-03-01' }),
  to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-03-31' }),
}

export const depositsFileQuery = z.strictObject(days).refine(daysInOrder, NOT_BEFORE_FROM)

export const itemsFileQuery = z
  .strictObject({
    from: days.from.optional().meta({
      description: 'First day on which an item was booked, in the newsroom’s timezone',
      example: '2026-03-01',
    }),
    to: days.to.optional(),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export const ledgerFileQuery = z
  .strictObject({
    ...days,
    since: z.uuid('must be the id of an export of the ledger').optional().meta({
      description: 'The id of an earlier export of the ledger: only what was posted after it',
    }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export const receiptsFileQuery = z.strictObject({
  year: z
    .string()
    .regex(/^[1-9]\d{3}$/, 'must be a year such as 2026')
    .transform(Number)
    .meta({ description: 'The year of the receipt numbers', example: '2026' }),
})

const journalFields = z.strictObject({
  ...days,
  product: z.enum(journalFormats).default('generic').meta({
    description: 'For whose import the file is: a generic journal, QuickBooks Online or Xero',
  }),
  by: z.enum(journalGrains).default('period').meta({
    description: '`day`: an entry for each day; `period`: one entry for all the days',
  }),
  currency: z.string().transform(parsedBy(parseCurrency, 'must be a currency such as usd')).optional().meta({
    description: 'Needed for QuickBooks and Xero, which read files of one currency',
    example: 'usd',
  }),
  taxRate: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .refine((text) => !text.includes('\0'), 'must be text')
    .default('Tax Exempt')
    .meta({ description: 'The name of Xero’s tax rate for lines without tax' }),
  since: z.uuid('must be the id of an export of the ledger or a journal').optional().meta({
    description: 'The id of an earlier export of a journal or of the ledger: only what was posted after it',
  }),
})

export const journalFileQuery = journalFields
  .refine(daysInOrder, NOT_BEFORE_FROM)
  .refine(({ product, currency }) => product === 'generic' || currency !== undefined, {
    path: ['currency'],
    error: 'must be given for QuickBooks and Xero',
  })
export type JournalFileQuery = z.output<typeof journalFileQuery>

export { donationsFileQuery, donorsQuery, rankingFileQuery }

type Asked = Omit<SentFile, 'format'>
export type LedgerFileQuery = z.output<typeof ledgerFileQuery>

export function donationsAsked(filters: DonationFilters, timezone: string): Asked {
  const { from, to } = filters
  return {
    kind: 'donations',
    name: ['donations', from, to].filter((part) => part !== undefined).join('-'),
    filters: loggedFilters(filters),
    holdsDonors: true,
    table: () => donationsFile(filters, timezone),
  }
}

export function depositsAsked({ from, to }: z.output<typeof depositsFileQuery>, timezone: string): Asked {
  return {
    kind: 'deposits',
    name: `deposits-${from}-${to}`,
    filters: { from, to },
    holdsDonors: false,
    table: () => depositsFile({ from, to }, timezone),
  }
}

export function itemsAsked({ from, to }: z.output<typeof itemsFileQuery>, timezone: string): Asked {
  return {
    kind: 'reconciling_items',
    name: ['reconciling-items', from, to].filter((part) => part !== undefined).join('-'),
    filters: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
    holdsDonors: false,
    table: (tx) => itemsFile(tx, { from, to }, timezone),
  }
}

export function ledgerAsked(
  { from, to, since }: LedgerFileQuery,
  known: Since | null,
  timezone: string,
): Asked {
  return {
    kind: 'ledger',
    name: `ledger-${from}-${to}${since === undefined ? '' : '-posted-since'}`,
    filters: { from, to, ...(since === undefined ? {} : { since }) },
    holdsDonors: false,
    table: () => ledgerFile({ from, to, since: known }, timezone),
  }
}

export function receiptsAsked({ year }: z.output<typeof receiptsFileQuery>, timezone: string): Asked {
  return {
    kind: 'receipts',
    name: `receipts-${year}`,
    filters: { year },
    holdsDonors: false,
    table: () => receiptsFile({ year }, timezone),
  }
}

export function donorsAsked(query: DonorsQuery): Asked {
  const { from, to, currency, above, measure } = query
  return {
    kind: 'donors',
    name: `donors-${from}-${to}`,
    filters: { from, to, currency, above, measure },
    holdsDonors: true,
    table: () => donorsFile(query),
  }
}

export const rankingKinds = ['stories', 'campaigns'] as const

/** All stories or campaigns of a report's period. @param today in the newsroom's time zone */
export function rankingAsked(
  kind: (typeof rankingKinds)[number],
  query: RankingFileQuery,
  deps: { readonly pool: pg.Pool; readonly today: string; readonly reporting: Reporting },
): Asked {
  const { pool, today, reporting } = deps
  const { days: asked, basis } = reportPeriod(query, today, reporting.fiscalYearStarts)
  const dimension = kind === 'stories' ? 'article' : 'campaign'
  return {
    kind,
    name: `${kind}-${asked.from}-${asked.to}`,
    filters: { from: asked.from, to: asked.to, basis },
    holdsDonors: false,
    table: async (tx) => {
      // What was posted just now is folded before the snapshot of the file is taken.
      const source = await currentSource(pool, tx)
      const reportingCurrency = reporting.currency
      const rates = await readRates(tx, reportingCurrency, asked.to)
      return rankingFile({ ...asked, basis, dimension, sort: query.sort, reportingCurrency }, source, rates)
    },
  }
}

/** The filters without what they say of a donor: the log is kept longer than a donor's data. */
function loggedFilters({ q, ...filters }: DonationFilters): AuditedState {
  // A filter is a text, a number or a list of them; what a later release adds otherwise is logged as JSON.
  const plain = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value, withoutBigints)])
  return { ...Object.fromEntries(plain), ...(q === undefined ? {} : { search: searchWithoutDonor(q) }) }
}

function searchWithoutDonor(search: Search): string {
  switch (search.by) {
    case 'email':
      return `address ${maskedAddress(search.start)}`
    case 'words':
      return 'words'
    default:
      return search.by
  }
}

/** JSON has no bigint. */
function withoutBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** @throws Refusal conflict, when the file is opened, naming the accounts that have no code */
export function journalAsked(query: JournalFileQuery, since: Since | null): Asked {
  const { product, from, to, by, currency } = query
  return {
    kind: 'journal',
    name: ['journal', product, from, to, currency].filter((part) => part !== undefined).join('-'),
    filters: {
      product,
      from,
      to,
      by,
      ...(currency === undefined ? {} : { currency }),
      ...(query.since === undefined ? {} : { since: query.since }),
    },
    holdsDonors: false,
    table: async (tx) => {
      await refuseWithoutCodes(tx, query)
      return journalFile({ ...query, format: product }, since, query.since)
    },
  }
}

async function refuseWithoutCodes(tx: Queryable, query: JournalFileQuery): Promise<void> {
  const { from, to, by, currency, product } = query
  const missing = await accountsWithoutCode(tx, query)
  if (missing.length > 0)
    throw new Refusal(
      'conflict',
      `These accounts have entries and no code of your own yet: ${missing.map((name) => name.replaceAll('_', ' ')).join(', ')}. Give them codes under Settings, Account codes.`,
    )
  if (product !== 'xero' || currency === undefined) return
  const lines = await journalLines(tx, { from, to, by, currency })
  if (lines > MOST_XERO_LINES)
    throw new Refusal(
      'conflict',
      `Xero reads ${MOST_XERO_LINES} lines of a file at most, and this journal has ${lines}. Choose one entry for all the days, or fewer days.`,
    )
}
