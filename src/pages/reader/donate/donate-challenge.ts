import type { Context } from 'koa'
import type { CheckoutRequest } from '../../../checkout/checkout-request.ts'
import { giftOf } from '../../../checkout/checkout-service.ts'
import { allowSources } from '../../../http/security-headers.ts'
import { PROVIDER_ORIGINS } from '../../../protection/challenge-proofs-gateway.ts'
import type { Challenge } from '../../../protection/challenge.ts'
import type { Asked } from '../../../protection/challenge-answers.ts'
import type { Text } from '../../../text/text.ts'
import { challengePage } from './challenge-view.ts'

/** The form is always ours, whatever page led to it. */
const ORIGIN_OF_FORM = 'donate'
/** The form's own fields are a dozen. */
const MOST_FIELDS = 40
/** What the page of the challenge adds to the form. */
const ADDED = ['challenge', 'proof']

/** What the guard has to know of a posted form. A second click, or a reload of the answer, repeats the request. */
export function challengeFor(request: CheckoutRequest, fields: URLSearchParams): Asked {
  const token = fields.get('challenge')
  return {
    ...giftOf(request, ORIGIN_OF_FORM),
    answer: token ? { token, proof: fields.get('proof') ?? '' } : null,
    repeatKey: fields.get('idempotencyKey') || null,
  }
}

/** Shows the page that answers the challenge and posts the form again, with all that was typed. */
export function showChallenge(
  ctx: Context,
  shown: {
    readonly text: Text
    readonly newsroomName: string
    readonly challenge: Challenge
    readonly action?: string
    readonly fields: URLSearchParams
  },
): void {
  ctx.status = 428
  ctx.type = 'html'
  ctx.set('Cache-Control', 'no-store')
  allowSources(ctx, PROVIDER_ORIGINS[shown.challenge.kind])
  const fields = [...shown.fields].filter(([name]) => !ADDED.includes(name)).slice(0, MOST_FIELDS)
  // A proof of work is right unless it is late, and another one costs nobody anything.
  const isRefused = shown.challenge.kind !== 'proof_of_work' && Boolean(shown.fields.get('proof'))
  ctx.body = challengePage({ ...shown, fields, isRefused })
}
