import type { ToolAnswer, ToolFailure } from '../../newsletter/tool-delivery.ts'

const TIMEOUT_MS = 15_000

/** What a tool answered. */
export type Answered = {
  /** Null: no answer came. */
  readonly code: number | null
  /** The body as JSON; null for anything else. */
  readonly body: unknown
  readonly retryAfterMs?: number
}

export const DONE: ToolAnswer = { outcome: 'done' }

/** One request to a tool. A redirect is an answer like any other, and no success: the key goes to the address that was set alone. */
export async function callTool(
  url: string,
  request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly signal: AbortSignal
  },
): Promise<Answered> {
  try {
    const { body, headers, method, signal } = request
    const answer = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'reader-donations',
        ...headers,
        ...JSON_BODY(body),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const retryAfter = Number(answer.headers.get('Retry-After'))
    return {
      code: answer.status,
      body: await answer.json().catch(() => null),
      ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
    }
  } catch {
    // The error is not logged: it may name the address of a reader.
    return { code: null, body: null }
  }
}

const JSON_BODY = (body: unknown) => (body === undefined ? {} : { 'Content-Type': 'application/json' })

export function isSuccess({ code }: Answered): boolean {
  return code !== null && code >= 200 && code < 300
}

/** What an answer means that no adapter knows better. @param unknown why the tool refuses with any other code */
export function failed(answered: Answered, unknown: ToolFailure = 'other'): ToolAnswer {
  const { code, retryAfterMs } = answered
  return {
    outcome: 'failed',
    failure: failureOf(code, unknown),
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function failureOf(code: number | null, unknown: ToolFailure): ToolFailure {
  if (code === null) return 'unreachable'
  if (code === 401 || code === 403) return 'wrong_key'
  if (code === 404) return 'wrong_list'
  if (code === 429) return 'too_many'
  return code >= 500 ? 'unavailable' : unknown
}
