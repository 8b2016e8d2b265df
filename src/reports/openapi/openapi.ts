import { z } from 'zod'
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { depositsAnswer, depositsQuery } from '../../bank/deposit-list.ts'
import { payoutQuery, payoutRecord } from '../../settlement/payouts/payout-record.ts'
import { reconciliationQuery, reconciliationRecord } from '../../reconciliation/reconciliation-record.ts'
import { booksPaths } from '../books/openapi-books.ts'
import { disputesAnswer, disputesQuery } from '../dispute-list.ts'
import { donationWithHistory } from '../donation-timeline/donation-history.ts'
import { donationsAnswer, donationsQuery } from '../donation-list/donation-search.ts'
import { accessPaths } from './openapi-access.ts'
import { json, refusals, security, challengeRequired } from './openapi-parts.ts'
import { summaryPaths } from './openapi-summaries.ts'
import { totalsAnswer, totalsQuery } from '../totals.ts'

const reportPaths: ZodOpenApiPathsObject = {
  '/api/reports/totals': {
    get: {
      operationId: 'getTotals',
      tags: ['reports'],
      summary: 'Sums of donations; role viewer and above',
      security,
      requestParams: { query: totalsQuery },
      responses: {
        '200': json('One row for each key and currency, sorted', totalsAnswer),
        ...refusals(400, 401, 503),
      },
    },
  },
  '/api/donations': {
    get: {
      operationId: 'listDonations',
      tags: ['donations'],
      summary: 'Donations, newest first; role auditor and above',
      security,
      requestParams: { query: donationsQuery },
      responses: { '200': json('One page', donationsAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/disputes': {
    get: {
      operationId: 'listDisputes',
      tags: ['donations'],
      summary: 'Disputes and inquiries with their reason and deadline, newest first; role auditor and above',
      security,
      requestParams: { query: disputesQuery },
      responses: { '200': json('One page', disputesAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/donations/{id}': {
    get: {
      operationId: 'getDonation',
      tags: ['donations'],
      summary: 'One donation with its history; role auditor and above',
      security,
      requestParams: { path: z.object({ id: z.uuid() }) },
      responses: {
        '200': json('The donation', donationWithHistory),
        ...refusals(401, 403, 404, 503),
      },
    },
  },
}

const reconciliationPaths: ZodOpenApiPathsObject = {
  '/api/reconciliation': {
    get: {
      operationId: 'getReconciliation',
      tags: ['months'],
      summary: 'A month of the ledger compared with Stripe’s balance; role auditor and above',
      security,
      requestParams: { query: reconciliationQuery },
      responses: {
        '200': json(
          'An open month as it is now, a closed one as it was when it was closed',
          reconciliationRecord,
        ),
        ...refusals(400, 401, 403, 409, 503),
      },
    },
  },
  '/api/payouts': {
    get: {
      operationId: 'listPayouts',
      tags: ['deposits'],
      summary:
        'Deposits, the latest first, with what the bank statements say of them; role auditor and above',
      security,
      requestParams: { query: depositsQuery },
      responses: { '200': json('One page', depositsAnswer), ...refusals(400, 401, 403, 503) },
    },
  },
  '/api/payouts/{id}': {
    get: {
      operationId: 'getPayout',
      tags: ['deposits'],
      summary: 'One payout with the items that it consists of; role auditor and above',
      security,
      requestParams: { path: z.object({ id: z.string() }), query: payoutQuery },
      responses: {
        '200': json('The payout with a page of its items', payoutRecord),
        ...refusals(400, 401, 403, 404, 503),
      },
    },
  },
}

/** Routes that Stripe and operators call. */
const servicePaths: ZodOpenApiPathsObject = {
  '/webhooks/stripe': {
    post: {
      operationId: 'receiveStripeEvent',
      tags: ['Stripe'],
      summary: 'Receives Stripe’s signed events (header Stripe-Signature); answers once the event is stored',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.looseObject({ id: z.string(), type: z.string() }) } },
      },
      responses: {
        '200': json('Stored', z.strictObject({ received: z.literal(true) })),
        ...refusals(400, 413, 415, 503),
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tags: ['operation'],
      summary: 'Whether the process runs',
      responses: { '200': { description: 'It runs' } },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tags: ['operation'],
      summary: 'Whether the database is reachable and its migrations are current',
      responses: {
        '200': { description: 'Both hold. `warnings`, if any, say what is wrong around the service' },
        '503': { description: 'One of them does not hold' },
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['operation'],
      summary: 'Metrics for Prometheus',
      responses: { '200': { description: 'As text' } },
    },
  },
}

const checkoutStatus = z.strictObject({
  status: z.enum(['created', 'open', 'processing', 'expired', 'failed', 'succeeded']),
})

const checkoutAnswer = z.strictObject({ id: z.string(), url: z.url(), expiresAt: z.iso.datetime() })

function checkoutPaths(request: z.ZodType): ZodOpenApiPathsObject {
  return {
    '/checkout-sessions': {
      post: {
        operationId: 'createCheckout',
        tags: ['checkout'],
        summary: 'Opens a checkout for a reader who wants to give, and answers where the reader pays',
        requestParams: {
          header: z.object({
            'Idempotency-Key': z.string().max(255).optional(),
            'Challenge-Answer': z.string().optional(),
          }),
        },
        requestBody: { required: true, content: { 'application/json': { schema: request } } },
        responses: {
          '201': json('The checkout; send the reader to `url`', checkoutAnswer),
          ...refusals(400, 403, 409, 413, 415, 429, 503),
          '428': challengeRequired,
        },
      },
    },
    '/supporters.json': {
      get: {
        operationId: 'listSupporters',
        tags: ['readers'],
        summary:
          'The public list of supporters, as staff have approved it; only where the newsroom shows one (`SUPPORTERS_LIST`). From any site, kept for a minute',
        requestParams: {
          query: z.strictObject({ lang: z.string().optional().meta({ description: 'BCP 47' }) }),
        },
        responses: {
          '200': json(
            'At most 200 entries, the latest first, in words of the language',
            z.strictObject({
              lang: z.string(),
              dir: z.enum(['ltr', 'rtl']),
              title: z.string(),
              none: z.string().nullable().meta({ description: 'Says so while the list is empty' }),
              supporters: z.array(z.strictObject({ name: z.string(), message: z.string().nullable() })),
              give: z.string(),
              url: z.string(),
            }),
          ),
          ...refusals(404),
        },
      },
    },
    '/newsletter/subscriptions': {
      post: {
        operationId: 'askForNewsletter',
        tags: ['readers'],
        summary:
          'Sends an e-mail with a link that confirms a subscription to the newsletter; only where the newsroom offers one. From ALLOWED_ORIGINS',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                email: z.string(),
                agree: z.literal(true).meta({
                  description: 'The reader ticked the box beside `consent` of `GET /newsletter.json`',
                }),
                locale: z.string().nullish().meta({ description: 'BCP 47: the language of that sentence' }),
                article: z.string().nullish(),
              }),
            },
          },
        },
        responses: {
          '202': json('The same for every address', z.strictObject({})),
          ...refusals(400, 403, 413, 415, 429, 503),
        },
      },
    },
    '/checkout-sessions/{id}': {
      get: {
        operationId: 'getCheckoutStatus',
        tags: ['checkout'],
        summary: 'What became of a checkout, and nothing else of it',
        requestParams: {
          path: z.object({ id: z.string().meta({ description: 'As `createCheckout` answered' }) }),
        },
        responses: { '200': json('Its status', checkoutStatus), ...refusals(403, 404) },
      },
    },
  }
}

/** Every tag that a route has, in the order in which a reader of the description meets them. */
const TAGS = [
  ['checkout', 'A reader’s way to give'],
  ['readers', 'What article pages ask for on behalf of readers'],
  ['reports', 'Sums of gifts and balances of accounts'],
  ['donations', 'Gifts, their donors, refunds and disputes'],
  ['deposits', 'What Stripe paid to the bank'],
  ['months', 'A month of both books side by side'],
  ['exports', 'Files for spreadsheets and a newsroom’s own bookkeeping'],
  ['audit trail', 'Who did what'],
  ['webhooks', 'Other systems that are notified of gifts'],
  ['Stripe', 'What Stripe calls'],
  ['operation', 'What operators and their monitoring call'],
] as const

/**
 * Describes the routes that programs may call, by the schemas that check their requests and answers.
 * @param checkoutRequest the body of `POST /checkout-sessions`, which depends on what the newsroom offers
 * @param further the routes of rooms that stand above this one
 * @param webhooks what other systems receive
 */
export function openApiDocument(
  publicUrl: string,
  checkoutRequest: z.ZodType,
  further: ZodOpenApiPathsObject = {},
  webhooks: ZodOpenApiPathsObject = {},
) {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Reader donations',
      version: '1',
      description:
        'Amounts are integers in Stripe’s minor units. Days are those of the newsroom’s timezone. Refusals are application/problem+json (RFC 9457).',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: publicUrl }],
    paths: {
      ...checkoutPaths(checkoutRequest),
      ...servicePaths,
      ...reportPaths,
      ...booksPaths,
      ...summaryPaths,
      ...reconciliationPaths,
      ...accessPaths,
      ...further,
    },
    webhooks,
    tags: TAGS.map(([name, description]) => ({ name, description })),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  })
}
