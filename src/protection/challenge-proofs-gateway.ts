import { z } from 'zod'
import type { ChallengeKind, ChallengeSettings } from './challenge-settings.ts'
import { isProofOfWork, type IssuedChallenge } from './challenge.ts'

/** Whether a proof is right. `unverifiable`: whoever has to say so did not answer in time. */
export type Verdict = 'right' | 'wrong' | 'unverifiable'
export type ProofCheck = (proof: string, issued: Pick<IssuedChallenge, 'id' | 'bits'>) => Promise<Verdict>

/**
 * Where the providers say whether an answer is right:
 * https://developers.cloudflare.com/turnstile/get-started/server-side-validation and https://docs.hcaptcha.com
 */
const VERIFY = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
} as const

/** Where the providers' scripts and frames come from, for the policies of our pages. */
export const PROVIDER_ORIGINS = {
  proof_of_work: [],
  turnstile: ['https://challenges.cloudflare.com'],
  hcaptcha: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
} as const satisfies Record<ChallengeKind, readonly string[]>

const DEADLINE_MS = 3_000
/** Turnstile's answers have 2048 characters at most, hCaptcha's some thousands. */
const LONGEST_PROOF = 10_000

const answerSchema = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string()).optional(),
})

/** Errors that say something of us, and nothing of the reader. */
const OURS = /secret|internal-error|bad-request|sitekey/

/**
 * The check of the configured kind. The reader's address is not sent along: the provider has seen it.
 * @param deadlineMs how long a provider may take
 */
export function proofCheck(
  { kind, siteKey, secret }: ChallengeSettings,
  deadlineMs: number = DEADLINE_MS,
): ProofCheck {
  if (kind === 'proof_of_work' || secret === null)
    return (proof, issued) => Promise.resolve(isProofOfWork(proof, issued) ? 'right' : 'wrong')
  return async (proof) => {
    if (proof.length > LONGEST_PROOF) return 'wrong'
    const body = new URLSearchParams({ secret, response: proof })
    if (kind === 'hcaptcha' && siteKey !== null) body.set('sitekey', siteKey)
    try {
      const response = await fetch(VERIFY[kind], {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      })
      const { success, 'error-codes': codes = [] } = answerSchema.parse(await response.json())
      if (success) return 'right'
      return codes.some((code) => OURS.test(code)) ? 'unverifiable' : 'wrong'
    } catch {
      return 'unverifiable'
    }
  }
}
