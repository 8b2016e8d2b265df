import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ChallengeKind } from './challenge-settings.ts'

/** What a challenge is asked for: its answer is worth nothing for another gift, or for a page of another site. */
export type Gift = {
  readonly amountMinor: bigint
  readonly currency: string
  readonly frequency: string
  /** The site whose page asks; empty for a program. */
  readonly origin: string
}

/** A challenge as the browser gets it. */
export type Challenge = {
  readonly kind: ChallengeKind
  /** Signed by us, to be sent back with the answer. */
  readonly token: string
  /** Proof of work: what every hash begins with. */
  readonly salt: string
  /** How many parts the proof has, and how many zero bits the hash of each begins with. */
  readonly parts: number
  readonly bits: number
  /** The site key of Turnstile or hCaptcha; null for a proof of work. */
  readonly siteKey: string | null
  /** From when on it may be answered without a script, in seconds from now. */
  readonly waitSeconds: number
}

/** A challenge of ours that came back. */
export type IssuedChallenge = {
  readonly id: string
  readonly bits: number
  readonly issuedAt: Date
  readonly waitSeconds: number
  readonly expiresAt: Date
}

/** Long enough for a slow phone, or for a reader who looks up from the page. */
const LIFE_MS = 10 * 60_000
/** The work of sixteen small parts varies by a quarter; that of one large part would take some readers thrice as long. */
export const PARTS = 16

const payload = z.strictObject({
  i: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  b: z.int().min(1).max(32),
  w: z.int().min(0).max(600),
  t: z.int().positive(),
  g: z.string(),
})

/** Makes and recognises challenges. They are signed, so that asking for one stores nothing. */
export type Challenges = {
  issue(
    gift: Gift,
    terms: { readonly id: string; readonly bits: number; readonly waitSeconds: number; readonly now: Date },
  ): Challenge
  /** @returns null for a token that is not ours, is for another gift, or is too old */
  recognise(token: string, gift: Gift, now: Date): IssuedChallenge | null
}

/**
 * @param keys of this purpose alone: the first one signs, each of them verifies
 * @param asked the kind, and the site key of the provider
 */
export function challenges(
  keys: readonly [string, ...string[]],
  asked: { readonly kind: ChallengeKind; readonly siteKey: string | null },
): Challenges {
  const macOf = (key: string, body: string) => createHmac('sha256', key).update(`challenge ${body}`).digest()
  return {
    issue(gift, { id, bits, waitSeconds, now }) {
      const body = Buffer.from(
        JSON.stringify({ i: id, b: bits, w: waitSeconds, t: now.getTime(), g: giftHash(gift) }),
      ).toString('base64url')
      const token = `${body}.${macOf(keys[0], body).toString('base64url')}`
      return { ...asked, token, salt: id, parts: PARTS, bits, waitSeconds }
    },
    recognise(token, gift, now) {
      const [body = '', mac = '', ...rest] = token.split('.')
      const given = Buffer.from(mac, 'base64url')
      const isSigned = keys
        .map((key) => macOf(key, body))
        .some((right) => given.length === right.length && timingSafeEqual(right, given))
      if (!isSigned || rest.length > 0) return null
      const read = payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()))
      if (!read.success || read.data.g !== giftHash(gift)) return null
      const { i: id, b: bits, w: waitSeconds, t: issuedMs } = read.data
      const issuedAt = new Date(issuedMs)
      const expiresAt = new Date(issuedMs + LIFE_MS)
      return now < expiresAt ? { id, bits, waitSeconds, issuedAt, expiresAt } : null
    },
  }
}

function giftHash({ amountMinor, currency, frequency, origin }: Gift): string {
  const parts = [String(amountMinor), currency, frequency, origin]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}

/**
 * Whether a proof is right: sixteen counters, joined by hyphens, where SHA-256 of `salt.part.counter` begins with so many
 * zero bits for each part.
 */
export function isProofOfWork(proof: string, { id, bits }: Pick<IssuedChallenge, 'id' | 'bits'>): boolean {
  const counters = proof.split('-')
  if (counters.length !== PARTS || !counters.every((counter) => /^\d{1,10}$/.test(counter))) return false
  return counters.every((counter, part) => {
    const hash = createHash('sha256').update(`${id}.${part}.${counter}`).digest()
    return Math.clz32(hash.readUInt32BE()) >= bits
  })
}
