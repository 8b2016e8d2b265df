import { Router } from '@koa/router'
import type { Context } from 'koa'
import { rawBody } from '../http/body.ts'
import { Refusal } from '../http/refusal.ts'
import type { GroupCommit } from './group-commit.ts'
import { inboxEvent, type InboxEvent } from './inbox-event.ts'
import { strictJson, strictText } from './strict-json.ts'

// Stripe's events are a few kilobytes; the contract draws the line here.
const MAX_BODY_BYTES = 1024 * 1024

/** How a webhook request ended, for the metrics. */
export type Intake = 'stored' | 'refused' | 'not_stored'

/** What is wrong with a signature over `body`; null when it holds. The SDK that checks it belongs to `stripe/`. */
export type SignatureCheck = (
  body: string,
  header: string | undefined,
  secrets: readonly string[],
  now: Date,
) => string | null

export type WebhookDeps = {
  readonly signatureProblem: SignatureCheck
  readonly secrets: readonly string[]
  readonly inbox: GroupCommit<InboxEvent>
  readonly clock: () => Date
  readonly count: (intake: Intake) => void
}

/** POST /webhooks/stripe: 200 says that the event is durably kept, and nothing else does. */
export function webhookRoutes(deps: WebhookDeps): Router {
  const router = new Router()
  router.post('/webhooks/stripe', async (ctx) => {
    const event = await verifiedEvent(ctx, deps).catch((error: unknown) => {
      deps.count('refused')
      throw error
    })
    await keep(event, deps)
    ctx.body = { received: true }
  })
  return router
}

async function verifiedEvent(ctx: Context, deps: WebhookDeps): Promise<InboxEvent> {
  const bytes = await rawBody(ctx, MAX_BODY_BYTES)
  const body = strictText(bytes)
  if (body === null) throw new Refusal('malformed', 'The body is not UTF-8.')
  const problem = deps.signatureProblem(body, ctx.get('stripe-signature'), deps.secrets, deps.clock())
  if (problem) throw new Refusal('malformed', `The signature was refused: ${problem.replaceAll('_', ' ')}.`)
  const event = inboxEvent(body, strictJson(body))
  if (!event) throw new Refusal('malformed', 'The body is not an event of Stripe.')
  return event
}

async function keep(event: InboxEvent, { inbox, count }: WebhookDeps): Promise<void> {
  try {
    await inbox.add(event)
    count('stored')
  } catch (cause) {
    count('not_stored')
    // Stripe tries again for three days: better than a 200 for an event that is nowhere.
    throw new Refusal('unavailable', 'The event could not be kept; send it again.', {
      retryAfterSeconds: 30,
      cause,
    })
  }
}
