import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { json, refusals, security } from '../../reports/openapi/openapi-parts.ts'
import { webhookEvents, webhookEventTypes } from '../../webhooks/webhook-event.ts'
import {
  deliveriesAnswer,
  deliveriesQuery,
  endpointRecord,
  endpointsAnswer,
  endpointWish,
  endpointWithSecret,
  replayAnswer,
  replayDescription,
  switchWish,
} from './endpoint-record.ts'

const tags = ['webhooks']
const id = { path: z.object({ id: z.uuid() }) }
const bodyOf = (schema: z.ZodType) => ({ required: true, content: { 'application/json': { schema } } })
const endpoint = json('The endpoint', endpointRecord)

/** Routes by which programs of admins manage endpoints; every one of them asks for the role admin. */
export const webhookPaths: ZodOpenApiPathsObject = {
  '/api/webhook-endpoints': {
    get: {
      operationId: 'listWebhookEndpoints',
      tags,
      summary: 'Every endpoint, the oldest first; role admin',
      security,
      responses: { '200': json('The endpoints', endpointsAnswer), ...refusals(401, 403, 503) },
    },
    post: {
      operationId: 'createWebhookEndpoint',
      tags,
      summary: 'Makes an endpoint and answers its secret, once; role admin',
      security,
      requestBody: bodyOf(endpointWish),
      responses: {
        '201': json('The endpoint with its secret', endpointWithSecret),
        ...refusals(400, 401, 403, 409, 413, 415, 503),
      },
    },
  },
  '/api/webhook-endpoints/{id}': {
    get: {
      operationId: 'getWebhookEndpoint',
      tags,
      summary: 'One endpoint; role admin',
      security,
      requestParams: id,
      responses: { '200': endpoint, ...refusals(401, 403, 404, 503) },
    },
    put: {
      operationId: 'changeWebhookEndpoint',
      tags,
      summary: 'Replaces its address, description, events and setting for donors; role admin',
      security,
      requestParams: id,
      requestBody: bodyOf(endpointWish),
      responses: { '200': endpoint, ...refusals(400, 401, 403, 404, 413, 415, 503) },
    },
    delete: {
      operationId: 'deleteWebhookEndpoint',
      tags,
      summary: 'Deletes it with its secrets and with what waits for it; role admin',
      security,
      requestParams: id,
      responses: { '204': { description: 'Deleted' }, ...refusals(401, 403, 404, 503) },
    },
  },
  '/api/webhook-endpoints/{id}/secret': {
    post: {
      operationId: 'rollWebhookSecret',
      tags,
      summary: 'Makes a new secret; both sign deliveries for a day; role admin',
      security,
      requestParams: id,
      responses: {
        '200': json('The endpoint with its new secret', endpointWithSecret),
        ...refusals(401, 403, 404, 503),
      },
    },
  },
  '/api/webhook-endpoints/{id}/switch': {
    post: {
      operationId: 'switchWebhookEndpoint',
      tags,
      summary: 'Disables or enables it; what waits is delivered once it is enabled; role admin',
      security,
      requestParams: id,
      requestBody: bodyOf(switchWish),
      responses: { '200': endpoint, ...refusals(400, 401, 403, 404, 413, 415, 503) },
    },
  },
  '/api/webhook-endpoints/{id}/test': {
    post: {
      operationId: 'testWebhookEndpoint',
      tags,
      summary: 'Sends an event of the type endpoint.test; role admin',
      security,
      requestParams: id,
      responses: { '200': json('It is due', replayAnswer), ...refusals(401, 403, 404, 503) },
    },
  },
  '/api/webhook-endpoints/{id}/deliveries': {
    get: {
      operationId: 'listWebhookDeliveries',
      tags,
      summary: 'Deliveries to an endpoint, the newest first; role admin',
      security,
      requestParams: { ...id, query: deliveriesQuery },
      responses: { '200': json('One page', deliveriesAnswer), ...refusals(400, 401, 403, 404, 503) },
    },
  },
  '/api/webhook-endpoints/{id}/replay': {
    post: {
      operationId: 'replayWebhookDeliveries',
      tags,
      summary: 'Delivers one delivery again, or what was recorded in a range of time; role admin',
      security,
      requestParams: id,
      requestBody: bodyOf(replayDescription),
      responses: {
        '200': json('How many deliveries are due again', replayAnswer),
        ...refusals(400, 401, 403, 404, 413, 415, 503),
      },
    },
  },
}

/** What endpoints receive: the body of each type, by the schema that tests hold it to. */
export const webhookBodies: ZodOpenApiPathsObject = Object.fromEntries(
  webhookEventTypes.map((type) => [
    type,
    {
      post: {
        operationId: `receive${type
          .split(/[._]/)
          .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
          .join('')}`,
        tags,
        summary: `The event ${type}, signed as Standard Webhooks asks`,
        requestBody: bodyOf(
          z.strictObject({
            type: z.literal(type),
            version: z.int(),
            timestamp: z.iso.datetime(),
            data: webhookEvents[type],
          }),
        ),
        responses: { '200': { description: 'Any answer from 200 to 299 takes the delivery' } },
      },
    },
  ]),
)
