import type { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { refusals, security } from '../reports/openapi/openapi-parts.ts'
import * as requests from './export-requests.ts'

type Files = Readonly<Record<string, readonly [string, z.ZodObject]>>

const reports = {
  stories: [
    'All stories of a period with what they brought, in the reporting currency',
    requests.rankingFileQuery,
  ],
  campaigns: [
    'All campaigns of a period with what they brought, in the reporting currency',
    requests.rankingFileQuery,
  ],
} as const satisfies Files

const files = {
  donations: ['Donations with their donors, newest first', requests.donationsFileQuery],
  deposits: ['Deposits that arrive in a range of days, with their parts', requests.depositsFileQuery],
  ledger: ['Entries of the ledger, with the newsroom’s own accounts', requests.ledgerFileQuery],
  journal: [
    'The ledger as entries with the newsroom’s own accounts, for its bookkeeping',
    requests.journalFileQuery,
  ],
  receipts: ['Every receipt number of a year in order, missing ones too', requests.receiptsFileQuery],
  'reconciling-items': [
    'What is open in the clearing account now, each item with what it means and whether it was accepted',
    requests.itemsFileQuery,
  ],
  donors: ['Donors who gave at least an amount in a range of days', requests.donorsQuery],
} as const satisfies Files

const CSV = 'text/csv'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** `reconciling-items` as `ReconcilingItems`. */
function capitalised(name: string): string {
  return name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')
}

function paths(described: Files, under: string, tag: string, role: string): ZodOpenApiPathsObject {
  const all: ZodOpenApiPathsObject = {}
  for (const [name, [what, query]] of Object.entries(described))
    for (const [format, type] of [
      ['csv', CSV],
      ['xlsx', XLSX],
    ] as const)
      all[`${under}/${name}.${format}`] = {
        get: {
          operationId: `export${capitalised(name)}As${format === 'csv' ? 'Csv' : 'Xlsx'}`,
          tags: [tag],
          summary: `${what}, as ${format.toUpperCase()}; role ${role} and above`,
          security,
          requestParams: { query },
          responses: {
            '200': {
              description: 'The file, of one moment, with a line of headings',
              content: {
                [type]: { schema: { type: 'string', ...(format === 'xlsx' ? { format: 'binary' } : {}) } },
              },
            },
            ...(format === 'xlsx'
              ? refusals(400, 401, 403, 409, 413, 503)
              : refusals(400, 401, 403, 409, 503)),
          },
        },
      }
  return all
}

/** The files that programs may read. */
export const exportPaths: ZodOpenApiPathsObject = {
  ...paths(files, '/api', 'exports', 'auditor'),
  ...paths(reports, '/api/reports', 'reports', 'viewer'),
}
