import type { Context } from 'koa'
import { ConnectionsExhausted, isDatabaseAway } from '../../../db/errors.ts'
import { statusOf } from '../../../http/error-handler.ts'
import { Refusal } from '../../../http/refusal.ts'
import type { Text } from '../../../text/text.ts'
import { formProblems, type PostedForm } from './donate-form.ts'
import type { DonateProblem } from './donate-options-view.ts'

const RETRY_SECONDS = 5

/**
 * What the form answers in place of a page about the failure, so that nothing that was typed is lost.
 * @throws the error itself when it is no refusal
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof ConnectionsExhausted)
    return new Refusal('unavailable', error.message, { cause: error })
  if (isDatabaseAway(error)) return new Refusal('unavailable', 'the database is away', { cause: error })
  throw error
}

/** Sets the status of the answer. @returns the problems that the form shows */
export function refusedForm(
  ctx: Context,
  refusal: Refusal,
  shown: {
    readonly form: PostedForm
    readonly text: Text
    readonly log: { warn(details: object, message: string): void }
  },
): DonateProblem[] {
  const { form, text, log } = shown
  ctx.status = statusOf[refusal.kind]
  if (refusal.kind === 'malformed') return formProblems(refusal.problems, form, text)
  if (refusal.kind === 'unavailable') log.warn({ err: refusal.cause }, refusal.message)
  const seconds = refusal.retryAfterSeconds ?? (ctx.status === 503 ? RETRY_SECONDS : null)
  if (seconds !== null) ctx.set('Retry-After', String(Math.ceil(seconds)))
  return [{ fieldId: 'form', message: wordsOf(refusal, text) }]
}

function wordsOf(refusal: Refusal, text: Text): string {
  switch (refusal.kind) {
    case 'unavailable':
      return text.reader('donate.problem.notNow')
    case 'too_many_requests':
      return text.reader('donate.problem.tooMany')
    case 'conflict':
      return text.reader('donate.problem.pageClosed')
    default:
      return refusal.message
  }
}
