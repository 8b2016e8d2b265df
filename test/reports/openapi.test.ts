import SwaggerParser from '@apidevtools/swagger-parser'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { bearer, giveDonation, giveReceipt, keepEvent } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'

let document: Document
let donationId: string

type Json = { readonly [key: string]: unknown }
type Document = {
  readonly paths: Record<
    string,
    Record<string, { responses: Json; operationId?: string; tags?: readonly string[] }>
  >
  readonly tags: readonly { readonly name: string }[]
  readonly components: Json
}

test.beforeAll(async ({ db, service }) => {
  const { knex } = db.database
  const donation = await giveDonation(knex, { campaignName: 'spring' })
  await giveReceipt(knex, donation)
  await keepEvent(knex, { correlationId: donation.payment_intent_id })
  await giveDonation(knex, { articleUrl: null, articleTitle: null, donorName: null, donorEmail: null })
  await knex('disputes').insert({
    id: 'du_1',
    donation_id: donation.id,
    currency: 'usd',
    amount_minor: '500',
    status: 'needs_response',
    reason: 'fraudulent',
    evidence_due_by: '2026-02-01T00:00:00Z',
    created_at: '2026-01-20T00:00:00Z',
  })
  donationId = donation.id
  document = (await (await service.get('/openapi.json')).json()) as Document // read below by paths that must exist
})

/** The schema that the document gives for an answer, made into a zod schema by zod's reader of JSON Schema. */
function promised(path: string, status: number, type: string): z.ZodType {
  const response = z
    .object({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })) })
    .parse(document.paths[path]?.['get']?.responses[String(status)])
  return z.fromJSONSchema(
    withReferences(response.content[type]?.schema) as Parameters<typeof z.fromJSONSchema>[0],
  )
}

/** The schema with every reference replaced by the component that it names. */
function withReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withReferences)
  if (typeof node !== 'object' || node === null) return node
  const reference = '$ref' in node && typeof node.$ref === 'string' ? node.$ref.split('/').slice(1) : null
  if (!reference)
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withReferences(value)]))
  const target = reference.reduce<unknown>((at, key) => (at as Json)[key], document) // a broken reference fails the test
  return withReferences(target)
}

describe('/openapi.json', () => {
  test.for([
    ['/api/reports/overview', '/api/reports/overview?period=last_month', 200],
    ['/api/reports/recurring', '/api/reports/recurring', 200],
    ['/api/reports/year', '/api/reports/year?year=2026', 200],
    ['/api/reports/year', '/api/reports/year?year=26', 400],
    ['/api/reports/totals', '/api/reports/totals?from=2026-01-01&to=2026-12-31&by=campaign', 200],
    ['/api/reports/totals', '/api/reports/totals?from=x', 400],
    ['/api/donations', '/api/donations', 200],
    ['/api/donations', '/api/donations?limit=1', 200],
    ['/api/donations', '/api/donations?limit=x', 400],
    ['/api/disputes', '/api/disputes', 200],
    ['/api/disputes', '/api/disputes?state=lost', 400],
    ['/api/donations/{id}', '/api/donations/ID', 200],
    ['/api/donations/{id}', '/api/donations/none', 404],
    ['/api/reports/trial-balance', '/api/reports/trial-balance?to=2026-12-31', 200],
    ['/api/reports/accounts', '/api/reports/accounts?from=2026-01-01&to=2026-12-31', 200],
    ['/api/reports/accounts', '/api/reports/accounts?from=2026-02-01&to=2026-01-01', 400],
    ['/api/reports/income', '/api/reports/income?from=2026-01-01&to=2026-12-31', 200],
    ['/api/reports/income', '/api/reports/income?from=2026-01-01', 400],
    ['/api/ledger', '/api/ledger?from=2026-01-01&to=2026-12-31&account=donations', 200],
    ['/api/ledger', '/api/ledger?from=2026-01-01&to=2026-12-31&account=petty_cash', 400],
    ['/api/ledger', '/api/ledger?from=2026-01-01&to=2026-12-31&cursor=after.x', 400],
    ['/api/ledger/prior-period-adjustments', '/api/ledger/prior-period-adjustments?period=2026-01', 200],
    ['/api/ledger/prior-period-adjustments', '/api/ledger/prior-period-adjustments?period=2026-13', 400],
    ['/api/reconciliation', '/api/reconciliation?month=2026-01', 200],
    ['/api/reconciliation', '/api/reconciliation?month=2026-13', 400],
    ['/api/reconciliation', '/api/reconciliation?month=9999-12', 400],
    ['/api/payouts', '/api/payouts?limit=2', 200],
    ['/api/payouts', '/api/payouts?after=x', 400],
    ['/api/payouts/{id}', '/api/payouts/po_none', 404],
    ['/api/payouts/{id}', '/api/payouts/%00', 404],
  ] as const)('describes the answer of %s to %s', async ([path, address, status], { db, service }) => {
    const answer = await service.get(
      address.replace('ID', donationId),
      await bearer(db.database.knex, 'admin'),
    )
    expect(answer.status).toBe(status)
    const type = (answer.headers.get('Content-Type') ?? '').split(';')[0] ?? ''
    const schema = promised(path, status, type)
    const body: unknown = await answer.json()
    expect(schema.safeParse(body)).toMatchObject({ success: true })
    expect(schema.safeParse({ ...(body as Json), surprise: 1 }).success).toBe(false)
  })

  test('describes the refusal of a request without a token', async ({ service }) => {
    const answer = await service.get('/api/donations')
    expect(
      promised('/api/donations', 401, 'application/problem+json').safeParse(await answer.json()).success,
    ).toBe(true)
  })

  test('is a valid OpenAPI document', async () => {
    // The validator changes what it is given.
    const given = structuredClone(document) as unknown as Parameters<typeof SwaggerParser.validate>[0]
    await expect(SwaggerParser.validate(given)).resolves.toBeDefined()
  })

  test('names every operation once and sorts it under a tag that it explains', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, ...operation })),
    )
    const explained = document.tags.map(({ name }) => name)
    const unsorted = operations.filter(
      ({ tags }) => !tags || tags.length === 0 || !tags.every((tag) => explained.includes(tag)),
    )
    expect(unsorted.map(({ route }) => route)).toEqual([])
    const unnamed = operations.filter(({ operationId }) => !/^[a-z][A-Za-z]+$/.test(operationId ?? ''))
    expect(unnamed.map(({ route }) => route)).toEqual([])
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  test('describes every route that programs may call', () => {
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/api/audit-trail',
      '/api/audit-trail/head',
      '/api/deposits.csv',
      '/api/deposits.xlsx',
      '/api/disputes',
      '/api/donations',
      '/api/donations.csv',
      '/api/donations.xlsx',
      '/api/donations/{id}',
      '/api/donors.csv',
      '/api/donors.xlsx',
      '/api/journal.csv',
      '/api/journal.xlsx',
      '/api/ledger',
      '/api/ledger.csv',
      '/api/ledger.xlsx',
      '/api/ledger/prior-period-adjustments',
      '/api/payouts',
      '/api/payouts/{id}',
      '/api/receipts.csv',
      '/api/receipts.xlsx',
      '/api/reconciliation',
      '/api/reconciling-items.csv',
      '/api/reconciling-items.xlsx',
      '/api/reports/accounts',
      '/api/reports/campaigns.csv',
      '/api/reports/campaigns.xlsx',
      '/api/reports/income',
      '/api/reports/overview',
      '/api/reports/recurring',
      '/api/reports/stories.csv',
      '/api/reports/stories.xlsx',
      '/api/reports/totals',
      '/api/reports/trial-balance',
      '/api/reports/year',
      '/api/webhook-endpoints',
      '/api/webhook-endpoints/{id}',
      '/api/webhook-endpoints/{id}/deliveries',
      '/api/webhook-endpoints/{id}/replay',
      '/api/webhook-endpoints/{id}/secret',
      '/api/webhook-endpoints/{id}/switch',
      '/api/webhook-endpoints/{id}/test',
      '/checkout-sessions',
      '/checkout-sessions/{id}',
      '/healthz',
      '/metrics',
      '/newsletter/subscriptions',
      '/readyz',
      '/supporters.json',
      '/webhooks/stripe',
    ])
  })
})
