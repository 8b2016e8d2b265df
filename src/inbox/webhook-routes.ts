import { Router } from '@koa/router'
import type { Context } from 'koa'
import { rawBody } from '../http/body.ts'
import { Refusal } from '../http/refusal.ts'
import type { GroupCommit } from './group-commit.ts'
import { inboxEvent, type InboxEvent } from './inbox-event.ts'
import { strictJson, strictText } from '../http/strict-json.ts'

// Stripe's events have a few kilobytes.
const MAX_BODY_BYTES = 1024 * 1024

/** How a webhook request ended; a label of the metrics. */
type Intake = 'stored' | 'refused' | 'not_stored'

/** Returns the problem of a signature over `body`, or null when it holds. `stripe/` implements it with the SDK. */
type SignatureCheck = (
  body: string,
  header: string | undefined,
  secrets: readonly string[],
  now: Date,
) => { readonly reason: string; readonly secondsAhead?: number } | null

export type WebhookDeps = {
  readonly signatureProblem: SignatureCheck
  readonly secrets: readonly string[]
  readonly inbox: GroupCommit<InboxEvent>
  readonly clock: () => Date
  readonly count: (intake: Intake) => void
  /** Called when Stripe signed a request at a time that is too far from our clock's. */
  readonly onWrongTime: (secondsAhead: number) => void
  /** Called when a webhook was stored. @param startedAt when its request began */
  readonly onReceived?: (event: InboxEvent, startedAt: Date) => void
}

/** `POST /webhooks/stripe` answers 200 only after the event is durably stored. */
export function webhookRoutes(deps: WebhookDeps): Router {
  const router = new Router()
  router.post('/webhooks/stripe', async (ctx) => {
    const startedAt = deps.clock()
    const event = await verifiedEvent(ctx, deps).catch((error: unknown) => {
      deps.count('refused')
      throw error
    })
    await store(event, deps)
    deps.onReceived?.(event, startedAt)
    ctx.body = { received: true }
  })
  return router
}

async function verifiedEvent(ctx: Context, deps: WebhookDeps): Promise<InboxEvent> {
  const bytes = await rawBody(ctx, MAX_BODY_BYTES)
  const body = strictText(bytes)
  if (body === null) throw new Refusal('malformed', 'The body is not UTF-8.')
  const problem = deps.signatureProblem(body, ctx.get('stripe-signature'), deps.secrets, deps.clock())
  if (problem) {
    if (problem.secondsAhead !== undefined) deps.onWrongTime(problem.secondsAhead)
    throw new Refusal('malformed', `The signature was refused: ${problem.reason.replaceAll('_', ' ')}.`)
  }
  const event = inboxEvent(body, strictJson(body))
  if (!event) throw new Refusal('malformed', 'The body is not a Stripe event.')
  return event
}

async function store(event: InboxEvent, { inbox, count }: WebhookDeps): Promise<void> {
  try {
    await inbox.add(event)
    count('stored')
  } catch (cause) {
    count('not_stored')
    // Stripe sends the event again for three days. After a 200 it would be lost.
    throw new Refusal('unavailable', 'The event could not be stored. Send it again.', {
      retryAfterSeconds: 30,
      cause,
    })
  }
}
