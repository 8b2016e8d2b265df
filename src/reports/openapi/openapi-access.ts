import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { auditHeadAnswer, auditTrailAnswer, auditTrailQuery } from '../../access/audit/audit-trail-record.ts'
import { json, refusals, security } from './openapi-parts.ts'

/** Routes about who did what. */
export const accessPaths: ZodOpenApiPathsObject = {
  '/api/audit-trail': {
    get: {
      operationId: 'listAuditTrail',
      tags: ['audit trail'],
      summary: 'What staff, tokens and operators did, newest first; role auditor and above',
      security,
      requestParams: { query: auditTrailQuery },
      responses: { '200': json('One page', auditTrailAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/audit-trail/head': {
    get: {
      operationId: 'getAuditTrailHead',
      tags: ['audit trail'],
      summary: 'The latest act’s number and hash, to be kept outside the database; role auditor and above',
      security,
      responses: { '200': json('The head of the chain', auditHeadAnswer), ...refusals(401, 403, 503) },
    },
  },
}
