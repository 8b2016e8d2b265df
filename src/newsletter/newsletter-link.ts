import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link does. A link of one purpose opens nothing else. */
export type LinkPurpose = 'confirm' | 'unsubscribe' | 'reminder'

/** The last part of the address of a mailed link. The database holds nothing from which one could be made. */
export type NewsletterLinks = {
  /** The same consent always gets the same token, so that the link in an old mail still unsubscribes. */
  tokenFor(purpose: LinkPurpose, consentId: string): string
  /** The id of the consent that an authentic token names; null for any other text. */
  consentIn(purpose: LinkPurpose, token: string): string | null
}

const MAC_BYTES = 24
const TOKEN = /^([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})-([A-Za-z0-9_-]{32})$/

/** @param keys the first one makes tokens, every one verifies them */
export function newsletterLinks(keys: readonly [string, ...string[]]): NewsletterLinks {
  const proof = (key: string, purpose: LinkPurpose, id: string): Buffer =>
    createHmac('sha256', key).update(`newsletter ${purpose} ${id}`).digest().subarray(0, MAC_BYTES)
  return {
    tokenFor: (purpose, id) => `${id}-${proof(keys[0], purpose, id).toString('base64url')}`,
    consentIn(purpose, token) {
      const [, id, mac] = TOKEN.exec(token) ?? []
      if (id === undefined || mac === undefined) return null
      const given = Buffer.from(mac, 'base64url')
      return keys.some((key) => timingSafeEqual(proof(key, purpose, id), given)) ? id : null
    },
  }
}

export function confirmUrl(publicUrl: string, links: NewsletterLinks, consentId: string): string {
  return `${publicUrl}/newsletter/confirm/${links.tokenFor('confirm', consentId)}`
}

export function unsubscribeUrl(publicUrl: string, links: NewsletterLinks, consentId: string): string {
  return `${publicUrl}/newsletter/unsubscribe/${links.tokenFor('unsubscribe', consentId)}`
}
