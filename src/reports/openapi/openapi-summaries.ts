import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { json, refusals, security } from './openapi-parts.ts'
import { overviewRecord } from '../overview.ts'
import { recurringQuery, recurringRecord } from '../recurring.ts'
import { overviewQuery } from '../report-period.ts'
import { yearQuery, yearRecord } from '../year.ts'

/** The sums of finance's pages. */
export const summaryPaths: ZodOpenApiPathsObject = {
  '/api/reports/overview': {
    get: {
      operationId: 'getOverview',
      tags: ['reports'],
      summary: 'A period beside another one, in the reporting currency; role viewer and above',
      security,
      requestParams: { query: overviewQuery },
      responses: { '200': json('The overview', overviewRecord), ...refusals(400, 401, 503) },
    },
  },
  '/api/reports/recurring': {
    get: {
      operationId: 'getRecurring',
      tags: ['reports'],
      summary: 'Recurring donations: expected, started, ended and failing; role viewer and above',
      security,
      requestParams: { query: recurringQuery },
      responses: { '200': json('The last twelve months', recurringRecord), ...refusals(400, 401, 503) },
    },
  },
  '/api/reports/year': {
    get: {
      operationId: 'getYear',
      tags: ['reports'],
      summary: 'A fiscal year per currency, and what Form 1099-K will have; role viewer and above',
      security,
      requestParams: { query: yearQuery },
      responses: { '200': json('The year', yearRecord), ...refusals(400, 401, 503) },
    },
  },
}
