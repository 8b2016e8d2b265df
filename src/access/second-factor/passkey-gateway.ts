import { z } from 'zod'
import type { SecondFactors } from './second-factor.ts'
import type { Staff } from '../staff.ts'
import type { NewPasskey, StoredPasskey } from './passkey-store.ts'

/** Three hundred files, which are read when somebody first uses a passkey and not at every start. */
const webAuthn = () => import('@simplewebauthn/server')

/** Where passkeys belong: they work at this address alone. */
export type PasskeyPlace = { readonly host: string; readonly origin: string; readonly newsroomName: string }

export function passkeyPlace(publicUrl: string, newsroomName: string): PasskeyPlace {
  const { hostname, origin } = new URL(publicUrl)
  return { host: hostname, origin, newsroomName }
}

/** EdDSA, ES256 and RS256 (RFC 9053): every authenticator has one of them. */
const ALGORITHMS = [-8, -7, -257] as const

type Ceremony = { readonly challenge: string; readonly options: string }

/** What the browser's script hands to `navigator.credentials.create`, as JSON, and the challenge to keep. */
export async function newPasskeyOptions(
  { host, newsroomName }: PasskeyPlace,
  staff: Staff,
  { passkeys }: SecondFactors,
): Promise<Ceremony> {
  const { generateRegistrationOptions } = await webAuthn()
  const options = await generateRegistrationOptions({
    rpID: host,
    rpName: newsroomName,
    userID: new TextEncoder().encode(staff.id),
    userName: staff.email,
    attestationType: 'none',
    supportedAlgorithmIDs: [...ALGORITHMS],
    excludeCredentials: passkeys.map(known),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  return { challenge: options.challenge, options: JSON.stringify(options) }
}

/** What the browser's script hands to `navigator.credentials.get`, as JSON, and the challenge to keep. */
export async function passkeyQuestion(
  { host }: PasskeyPlace,
  { passkeys }: SecondFactors,
): Promise<Ceremony> {
  const { generateAuthenticationOptions } = await webAuthn()
  const options = await generateAuthenticationOptions({
    rpID: host,
    allowCredentials: passkeys.map(known),
    userVerification: 'preferred',
  })
  return { challenge: options.challenge, options: JSON.stringify(options) }
}

function known({ credentialId, transports }: SecondFactors['passkeys'][number]) {
  return { id: credentialId, transports: [...transports] }
}

const text = z.string().max(20_000)
const common = { id: text, rawId: text, type: z.literal('public-key') }
const registration = z.object({
  ...common,
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: z.array(z.string().max(40)).max(10).default([]),
  }),
})
const answer = z.object({
  ...common,
  response: z.object({ clientDataJSON: text, authenticatorData: text, signature: text }),
})

/** @param credential the browser's answer as JSON. @returns null for anything but a passkey made for this challenge */
export async function readNewPasskey(
  { host, origin }: PasskeyPlace,
  challenge: string,
  credential: string,
): Promise<NewPasskey | null> {
  const parsed = registration.safeParse(jsonIn(credential))
  if (!parsed.success) return null
  const { verifyRegistrationResponse } = await webAuthn()
  const verified = await verifyRegistrationResponse({
    response: { ...parsed.data, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: host,
    supportedAlgorithmIDs: [...ALGORITHMS],
    // It stands beside the mailed link: that somebody touched it is enough.
    requireUserVerification: false,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { id, publicKey, counter } = verified.registrationInfo.credential
  return {
    credentialId: id,
    publicKey: Buffer.from(publicKey),
    counter,
    transports: parsed.data.response.transports,
  }
}

/** The id of the passkey that an answer claims to be from; null for what is no answer. */
export function claimedPasskey(credential: string): string | null {
  return answer.safeParse(jsonIn(credential)).data?.id ?? null
}

/** @returns how often the authenticator has signed; null for anything but the passkey's answer to this challenge */
export async function checkPasskey(
  { host, origin }: PasskeyPlace,
  challenge: string,
  credential: string,
  passkey: StoredPasskey,
): Promise<number | null> {
  const parsed = answer.safeParse(jsonIn(credential))
  if (!parsed.success) return null
  const { verifyAuthenticationResponse } = await webAuthn()
  const verified = await verifyAuthenticationResponse({
    response: { ...parsed.data, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: host,
    requireUserVerification: false,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.counter,
    },
  }).catch(() => null)
  return verified?.verified ? verified.authenticationInfo.newCounter : null
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
