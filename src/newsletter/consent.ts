import type { Text } from '../text/text.ts'

/** Where a reader asked for the newsletter. The constraint `newsletter_consents_source_is_known` lists the same. */
export const consentSources = ['checkout', 'thank_you', 'my', 'element', 'form', 'article'] as const
export type ConsentSource = (typeof consentSources)[number]

/** How a consent ended. The constraint `newsletter_consents_reason_is_known` lists the same. */
export const endReasons = ['one_click', 'page', 'my', 'renewed'] as const
export type EndReason = (typeof endReasons)[number]
/** How a reader unsubscribed. */
export type Unsubscribed = Exclude<EndReason, 'renewed'>

/** What a reader agreed to: kept as evidence. */
export type ConsentText = {
  /** BCP 47. */
  readonly language: string
  /** Exactly as it was shown. */
  readonly text: string
}

export type NewConsent = ConsentText & {
  readonly id: string
  readonly email: string
  readonly source: ConsentSource
  readonly articleUrl: string | null
  readonly askedAt: Date
  /** Until when the mailed link confirms it. */
  readonly expiresAt: Date
}

/** A consent as it is kept. */
export type Consent = NewConsent & {
  /** Null: the reader has not pressed the button behind the mailed link. */
  readonly confirmedAt: Date | null
  readonly endedAt: Date | null
}

const DAY_MS = 86_400_000
/** How long the mailed link confirms. */
const CONFIRM_DAYS = 3

/** The sentence beside the box, in a reader's language. */
export function consentTextIn(text: Text, newsroomName: string): ConsentText {
  return { language: text.language, text: text.newsletter('consent', { newsroom: newsroomName }) }
}

/** Until when a link confirms that is mailed now. */
export function confirmableUntil(now: Date): Date {
  return new Date(now.getTime() + CONFIRM_DAYS * DAY_MS)
}

// Stricter than RFC 5322 and wide enough for every mailbox that readers have.
const ADDRESS = /^[^\s\p{Cc}"(),:;<>@[\\\]]{1,64}@[^\s\p{Cc}"(),:;<>@[\\\]]+$/u
const LONGEST_ADDRESS = 254

/** What was typed as an address that mail can be sent to; null for anything else. */
export function typedAddress(typed: string): string | null {
  const address = typed.trim()
  return address.length <= LONGEST_ADDRESS && ADDRESS.test(address) ? address : null
}
