import { createHash } from 'node:crypto'
import { badParameter, keyReused } from './errors.ts'
import type { State, StoredAnswer } from '../state/state.ts'

const MAX_KEY_LENGTH = 255
/** Stripe forgets a key after 24 hours at the earliest. */
export const KEY_LIFE_MS = 24 * 60 * 60 * 1000

/** @throws StripeRefusal when the key is longer than 255 characters. */
export function checkKey(key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key
  throw badParameter(undefined, `Idempotency keys can be at most ${MAX_KEY_LENGTH} characters long.`)
}

/** The same parameters give the same fingerprint, in any order. */
export function fingerprint(params: unknown): string {
  return createHash('sha256').update(canonical(params)).digest('hex')
}

/**
 * The answer first given to this key, or null when the key is new.
 * @throws StripeRefusal when the key was first used for another path or other parameters.
 */
export function storedAnswer(
  state: State,
  key: string,
  path: string,
  paramsFingerprint: string,
): StoredAnswer | null {
  const answer = state.answer.get(key)
  if (answer === undefined) return null
  const hint = `Try using a key other than '${key}' if you meant to execute a different request.`
  if (answer.path !== path) {
    const paths = `('${path}' vs '${answer.path}')`
    throw keyReused(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ${paths}. ${hint}`,
    )
  }
  if (answer.fingerprint !== paramsFingerprint) {
    throw keyReused(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. ${hint}`,
    )
  }
  return answer
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}
