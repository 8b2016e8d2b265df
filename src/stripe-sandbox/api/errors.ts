/** What Stripe writes below `error` in the body of a refusal. */
type StripeErrorBody = {
  readonly type: 'invalid_request_error' | 'idempotency_error' | 'api_error'
  readonly code?: string
  readonly message: string
  readonly param?: string
}

/**
 * A refusal in Stripe's words. `stored` says whether an idempotency key repeats it: Stripe stores the answer of a
 * call once its endpoint has begun to execute, not of a call whose parameters are invalid.
 */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal'
  readonly status: number
  readonly body: StripeErrorBody
  readonly stored: boolean

  constructor(status: number, body: StripeErrorBody, stored: boolean) {
    super(body.message)
    this.status = status
    this.body = body
    this.stored = stored
  }
}

/** For invalid parameters: unknown, missing, or of the wrong type. */
export function badParameter(code: string | undefined, message: string, param?: string): StripeRefusal {
  return new StripeRefusal(400, invalidRequest(message, code, param), false)
}

/** For valid parameters that ask for something impossible. */
export function refused(code: string | undefined, message: string, param?: string): StripeRefusal {
  return new StripeRefusal(400, invalidRequest(message, code, param), true)
}

/** For what Stripe offers and this one does not: a refusal is better than ignoring it silently. */
export function notOffered(feature: string, param?: string): StripeRefusal {
  return refused(undefined, `The offline Stripe does not offer ${feature}.`, param)
}

export function noSuch(kind: string, id: string, param = 'id', status = 404): StripeRefusal {
  return new StripeRefusal(
    status,
    invalidRequest(`No such ${kind}: '${id}'`, 'resource_missing', param),
    true,
  )
}

export function unknownRoute(method: string, path: string): StripeRefusal {
  const message = `Unrecognized request URL (${method}: ${path}). The offline Stripe has only what this service uses.`
  return new StripeRefusal(404, invalidRequest(message), false)
}

export function unauthorized(message: string): StripeRefusal {
  return new StripeRefusal(401, invalidRequest(message), false)
}

export function keyReused(message: string): StripeRefusal {
  return new StripeRefusal(400, { type: 'idempotency_error', message }, false)
}

export function keyInUse(key: string): StripeRefusal {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted ' +
    `twice, and the other request is still going through): ${key}. Please try again later.`
  return new StripeRefusal(409, invalidRequest(message, 'idempotency_key_in_use'), false)
}

/** Every refusal has the key `error`: the SDK takes a body without it for a success. */
export function errorBody(body: StripeErrorBody): { error: Record<string, string> } {
  return { error: { ...body, ...(body.code === undefined ? {} : { doc_url: docUrl(body.code) }) } }
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}

function invalidRequest(message: string, code?: string, param?: string): StripeErrorBody {
  return {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  }
}
