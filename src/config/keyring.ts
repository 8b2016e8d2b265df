import { hkdfSync } from 'node:crypto'

/**
 * What the service uses secret keys for, and the label from which the key of each purpose is derived. Changing a label
 * invalidates everything that was signed for that purpose.
 */
const LABELS = {
  /** Signs staff's session cookies. */
  sessionCookies: 'session cookies',
  /** Hashes the addresses that limits count. */
  addressHashes: 'address hashes',
  /** Signs challenges for readers while somebody tries stolen cards. */
  challenges: 'challenges',
  /** Makes receipts' addresses unguessable. */
  receiptLinks: 'receipt links',
  /** Makes the addresses of recurring gifts unguessable. */
  recurringLinks: 'recurring links',
  /** Makes the links that confirm and end newsletter subscriptions. */
  newsletterLinks: 'newsletter links',
  /** Makes the codes by which anybody can check a receipt. */
  receiptCodes: 'receipt codes',
  /** Signs our mark on Stripe's objects. */
  checkoutMarks: 'checkout marks',
  /** Seals the secrets of staff's authenticator apps. */
  secondFactors: 'second factors',
  /** Seals the secrets with which outgoing webhooks are signed. */
  webhookSecrets: 'webhook secrets',
  /** Seals what staff typed while their session ended. */
  unsentForms: 'unsent forms',
} as const

export type Purpose = keyof typeof LABELS

/** The keys of one purpose, each 256 bits as base64url: the first one signs, every one verifies. */
export type Keys = readonly [string, ...string[]]

export type Keyring = Readonly<Record<Purpose, Keys>>

/** Secrets as an operator sets them: the first one is in use, the others are older ones that still verify. */
export type Secrets = readonly [string, ...string[]]

const KEY_BYTES = 32

/**
 * A site's own secrets, made of secrets that several sites share: what is signed for one site is worth nothing at
 * another one.
 */
export function secretsOfSite([first, ...older]: Secrets, site: string): Secrets {
  const ofSite = (secret: string) => derive(secret, `reader-donations site ${site}`)
  return [ofSite(first), ...older.map(ofSite)]
}

/**
 * One key for each secret and purpose by HKDF-SHA256 (RFC 5869), so that no key tells anything about another one.
 * @param common the secrets of every purpose that has none of its own
 * @param own secrets of single purposes, which replace the common ones there
 */
export function keyringFrom(common: Secrets, own: Partial<Readonly<Record<Purpose, Secrets>>> = {}): Keyring {
  return {
    sessionCookies: keysFor('sessionCookies', own.sessionCookies ?? common),
    addressHashes: keysFor('addressHashes', own.addressHashes ?? common),
    receiptLinks: keysFor('receiptLinks', own.receiptLinks ?? common),
    challenges: keysFor('challenges', own.challenges ?? common),
    // The same mails carry both, and both have to work for years.
    recurringLinks: keysFor('recurringLinks', own.recurringLinks ?? own.receiptLinks ?? common),
    newsletterLinks: keysFor('newsletterLinks', own.newsletterLinks ?? own.receiptLinks ?? common),
    receiptCodes: keysFor('receiptCodes', own.receiptCodes ?? common),
    checkoutMarks: keysFor('checkoutMarks', own.checkoutMarks ?? common),
    secondFactors: keysFor('secondFactors', own.secondFactors ?? common),
    webhookSecrets: keysFor('webhookSecrets', own.webhookSecrets ?? common),
    unsentForms: keysFor('unsentForms', own.unsentForms ?? common),
  }
}

function keysFor(purpose: Purpose, [first, ...older]: Secrets): Keys {
  const keyFrom = (secret: string) => derive(secret, `reader-donations ${LABELS[purpose]}`)
  return [keyFrom(first), ...older.map(keyFrom)]
}

function derive(secret: string, label: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', label, KEY_BYTES)).toString('base64url')
}
