import { proofOfWork } from '../../src/widget/browser/challenge-work.ts'

/** The header with which a browser answers a challenge of the service. */
export async function answerTo(challenge: unknown): Promise<{ readonly 'Challenge-Answer': string }> {
  // The fields of our own challenge: a test of a wrong one fails in what follows.
  const { token, salt, parts, bits } = challenge as Record<'token' | 'salt', string> &
    Record<'parts' | 'bits', number>
  const rest = () => new Promise((resolve) => setImmediate(resolve))
  const proof = await proofOfWork({ salt, parts, bits }, () => performance.now(), rest)
  return { 'Challenge-Answer': `${token}:${proof}` }
}

/** A request for a checkout that answers the challenge, if it is asked for one, as the widget does. */
export async function askAsReader(
  ask: (headers: Readonly<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  const first = await ask({})
  if (first.status !== 428) return first
  const { challenge } = (await first.json()) as { challenge: unknown } // problem details with our member
  return ask(await answerTo(challenge))
}
