import { randomUUID, randomUUIDv7 } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { putMessages, wantedEvents } from '../webhooks/webhook-message-store.ts'
import {
  consentById,
  consentInForce,
  deleteConsents,
  deleteUnconfirmed,
  endConsent,
  giveForce,
  insertConfirmed,
  lockAddress,
} from './consent-store.ts'
import { confirmableUntil, type Consent, type ConsentText, type Unsubscribed } from './consent.ts'
import { oweSubscribing, oweUnsubscribing } from './tool-delivery-store.ts'
import { channelName } from '../db/site-scope.ts'

/** Every function here runs in the caller's database transaction: a consent, its event and its delivery commit together. */
type Change = {
  readonly at: Date
  /** Whether the service tells a mailing tool of each address. */
  readonly hasTool: boolean
}

/**
 * Confirms a request by its mailed link. Confirming twice is no problem.
 * @returns the consent in force; null when the link confirms nothing any more
 */
export async function confirmRequest(tx: Queryable, id: string, change: Change): Promise<Consent | null> {
  const asked = await consentById(tx, id)
  if (!asked) return null
  await lockAddress(tx, asked.email)
  const consent = await consentById(tx, id)
  if (!consent || consent.endedAt !== null) return null
  if (consent.confirmedAt !== null) return consent
  if (consent.expiresAt <= change.at) return null
  const former = await endConsent(tx, consent.email, { because: 'renewed', at: change.at })
  await giveForce(tx, id, change.at)
  const given = { ...consent, confirmedAt: change.at }
  if (!former) await tellOthers(tx, given, change)
  return given
}

/** Subscribes an address whose reader opened a link that was mailed to it: that is the confirmation. */
export async function subscribeOwner(
  tx: Queryable,
  asked: ConsentText & { readonly email: string },
  change: Change,
): Promise<void> {
  await lockAddress(tx, asked.email)
  if (await consentInForce(tx, asked.email)) return
  const { at } = change
  const consent = {
    ...asked,
    id: randomUUID(),
    source: 'my',
    articleUrl: null,
    askedAt: at,
    expiresAt: confirmableUntil(at),
  } as const
  await insertConfirmed(tx, consent)
  await tellOthers(tx, { ...consent, confirmedAt: at, endedAt: null }, change)
}

/** Unsubscribes an address and drops what it has not confirmed. To unsubscribe twice is no problem. */
export async function unsubscribe(
  tx: Queryable,
  email: string,
  { because, at }: { readonly because: Unsubscribed; readonly at: Date },
): Promise<void> {
  await lockAddress(tx, email)
  await deleteUnconfirmed(tx, email)
  const ended = await endConsent(tx, email, { because, at })
  if (ended) await tellOfEnd(tx, { ...ended, endedAt: at }, at)
}

/** Unsubscribes an address and forgets it, as when its owner asks for the erasure of all data. */
export async function forgetAddress(tx: Queryable, email: string, at: Date): Promise<void> {
  await lockAddress(tx, email)
  const inForce = await consentInForce(tx, email)
  await deleteConsents(tx, email)
  if (inForce) await tellOfEnd(tx, { ...inForce, endedAt: at }, at)
}

async function tellOthers(tx: Queryable, consent: Consent, { at, hasTool }: Change): Promise<void> {
  await record(tx, 'newsletter.subscribed', consent, at)
  if (hasTool) await oweSubscribing(tx, consent, at)
}

async function tellOfEnd(tx: Queryable, consent: Consent, at: Date): Promise<void> {
  await record(tx, 'newsletter.unsubscribed', consent, at)
  await oweUnsubscribing(tx, consent.email, at)
}

async function record(
  tx: Queryable,
  type: 'newsletter.subscribed' | 'newsletter.unsubscribed',
  { id, language, text, source, articleUrl, askedAt, confirmedAt, endedAt }: Consent,
  at: Date,
): Promise<void> {
  if (!(await wantedEvents(tx)).has(type)) return
  const data = {
    id,
    language,
    consentText: text,
    source,
    articleUrl,
    askedAt: askedAt.toISOString(),
    subscribedAt: (confirmedAt ?? at).toISOString(),
    unsubscribedAt: endedAt?.toISOString() ?? null,
  }
  await putMessages(tx, [{ type, subject: id, data }], { recordedAt: at, newId: randomUUIDv7 })
  await tx.query(`select pg_notify(${channelName('webhooks')}, '')`)
}
