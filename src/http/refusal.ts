/** What the service refuses, by kind; error-handler.ts maps each kind to a status. */
export type RefusalKind =
  | 'malformed'
  | 'unauthenticated'
  /** The request is served once the challenge that the answer brings is answered. */
  | 'challenge_required'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_slow'
  | 'too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'unavailable'
  /** Too much at once, here and now: counted, and not logged one by one. */
  | 'overloaded'

/** One problem of a body: a JSON pointer (RFC 6901) to the place and a message for the person who sent it. */
export type FieldProblem = { readonly pointer: string; readonly message: string }

/** A business refusal: expected, harmless to show, never logged as an error. `detail` must hold no secret or donor data. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly kind: RefusalKind
  readonly problems: readonly FieldProblem[]
  readonly retryAfterSeconds: number | null
  /** BCP 47: the language of `detail`. A page in another one says the same in general words of its own. */
  readonly language: string
  /** Further members of the problem details (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    kind: RefusalKind,
    detail: string,
    more: {
      problems?: readonly FieldProblem[]
      retryAfterSeconds?: number
      language?: string
      members?: Readonly<Record<string, unknown>>
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: more.cause })
    this.kind = kind
    this.problems = more.problems ?? []
    this.retryAfterSeconds = more.retryAfterSeconds ?? null
    this.language = more.language ?? 'en'
    this.members = more.members ?? {}
  }
}
