import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { json, refusals, security } from '../openapi/openapi-parts.ts'
import { trialBalance, trialBalanceQuery } from '../trial-balance.ts'
import { accountSheet, booksQuery } from './account-sheet.ts'
import { bridges } from './bridge.ts'
import { incomeStatement } from './income-statement.ts'
import { adjustmentsQuery, journalAnswer, journalQuery } from './journal.ts'

export const accountsAnswer = accountSheet
  .extend({
    bridges: bridges.meta({
      description: 'By currency, how the balance at Stripe came from its opening to its closing',
    }),
  })
  .meta({ id: 'Accounts' })

/** Routes of the books. */
export const booksPaths: ZodOpenApiPathsObject = {
  '/api/reports/trial-balance': {
    get: {
      operationId: 'getTrialBalance',
      tags: ['reports'],
      summary: 'Every account’s balance; they sum to zero; role viewer and above',
      security,
      requestParams: { query: trialBalanceQuery },
      responses: { '200': json('By currency and account', trialBalance), ...refusals(400, 401, 503) },
    },
  },
  '/api/reports/accounts': {
    get: {
      operationId: 'getAccounts',
      tags: ['reports'],
      summary: 'Opening, debits, credits and closing of every account in a period; role auditor and above',
      security,
      requestParams: { query: booksQuery },
      responses: { '200': json('By currency and account', accountsAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/reports/income': {
    get: {
      operationId: 'getIncomeStatement',
      tags: ['reports'],
      summary: 'What a period earned and cost; role auditor and above',
      security,
      requestParams: { query: booksQuery },
      responses: { '200': json('By currency', incomeStatement), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/ledger': {
    get: {
      operationId: 'listLedger',
      tags: ['reports'],
      summary: 'The journal: postings with their entries, oldest first; role auditor and above',
      security,
      requestParams: { query: journalQuery },
      responses: { '200': json('One page', journalAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/ledger/prior-period-adjustments': {
    get: {
      operationId: 'listPriorPeriodAdjustments',
      tags: ['reports'],
      summary: 'What was posted for a month after it was closed, oldest first; role auditor and above',
      security,
      requestParams: { query: adjustmentsQuery },
      responses: { '200': json('One page', journalAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
}
