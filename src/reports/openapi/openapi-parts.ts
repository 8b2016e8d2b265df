import { z } from 'zod'

/** RFC 9457, as http/error-handler.ts writes it. */
const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z
      .array(z.strictObject({ pointer: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Every problem at once, each with a JSON pointer (RFC 6901) to its field' }),
    id: z.string().optional().meta({ description: 'Of a 500: the id that the log line contains' }),
    reason: z
      .literal('giving_is_off')
      .optional()
      .meta({ description: 'Of a 503 that repeating does not cure' }),
  })
  .meta({ id: 'Problem' })

/** RFC 9457 allows further members; `protection/challenge.ts` makes these. */
const challengeProblem = problem
  .extend({
    challenge: z
      .strictObject({
        kind: z.enum(['proof_of_work', 'turnstile', 'hcaptcha']),
        token: z.string(),
        salt: z.string(),
        parts: z.int(),
        bits: z.int(),
        siteKey: z.string().nullable(),
        waitSeconds: z.int(),
      })
      .meta({
        description:
          'Import /challenge.js, call `answer(challenge)`, and send its result as the header Challenge-Answer with the same body within ten minutes',
      }),
  })
  .meta({ id: 'ChallengeProblem' })

/** While somebody tries stolen cards, and while very many give at once. */
export const challengeRequired = {
  description: 'A challenge has to be answered first',
  content: { 'application/problem+json': { schema: challengeProblem } },
} as const

const refusalDescriptions = {
  400: 'Malformed or invalid',
  401: 'No valid token',
  403: 'Not allowed',
  404: 'Not found',
  409: 'The same key with another body, a closed month whose record this release cannot read, or accounts without a code',
  413: 'Too large',
  415: 'The content type is not accepted',
  429: 'Too many requests; Retry-After says when to try again',
  503: 'Not available; Retry-After says when to try again',
} as const

/** The refusals that a route may answer with. */
export function refusals(...statuses: readonly (keyof typeof refusalDescriptions)[]) {
  const answer = (status: keyof typeof refusalDescriptions) => ({
    description: refusalDescriptions[status],
    content: { 'application/problem+json': { schema: problem } },
  })
  // Whoever shows wrong tokens in a row is asked to wait.
  const all = statuses.includes(401) ? new Set([...statuses, 429 as const]) : statuses
  return Object.fromEntries(Array.from(all, (status) => [`${status}` as const, answer(status)]))
}

/** An answer as JSON. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** A route that needs a token. */
export const security = [{ token: [] }]
