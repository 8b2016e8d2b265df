import type { Step } from './attack-mode.ts'

/**
 * How often a caller has asked within the window, with this request; null for a caller whom nothing sets apart from others
 * (behind a proxy that is not trusted, or while the database is away).
 */
export type Tries = { readonly address: number; readonly network: number } | null

/** What a step of attack mode asks of whoever wants to give. */
export type Terms = {
  /** Zero bits of each part of a proof of work: one more doubles the work. */
  readonly bits: number
  /** The share of the usual limit that an address has. */
  readonly addressShare: number
  /** How long a reader without scripts waits, in seconds. */
  readonly waitSeconds: number
  /** How many readers without scripts get through in ten minutes, of one network and in all. */
  readonly waits: { readonly ofNetwork: number; readonly inAll: number }
}

// A proof has sixteen parts, so 11 bits are some 33,000 hashes. Measured in Chromium: a tenth of a second on a desk and a third
// on one slowed down four times, as a cheap phone is; 13 bits take a quarter and 1.2 seconds, 14 bits half and 3 seconds.
export const TERMS: Readonly<Record<Step, Terms>> = {
  0: { bits: 11, addressShare: 1, waitSeconds: 4, waits: { ofNetwork: 20, inAll: 600 } },
  1: { bits: 11, addressShare: 1, waitSeconds: 6, waits: { ofNetwork: 10, inAll: 300 } },
  2: { bits: 13, addressShare: 1 / 3, waitSeconds: 10, waits: { ofNetwork: 6, inAll: 120 } },
  3: { bits: 14, addressShare: 1 / 5, waitSeconds: 15, waits: { ofNetwork: 4, inAll: 60 } },
}

/** A gift under a challenge takes two requests, so that a reader's first two gifts cost no more than a step asks. */
const TRIES_WITHOUT_SURCHARGE = 4
const MOST_SURCHARGE = 6

/**
 * How much work a caller is asked for. It doubles with every doubling of the caller's tries; readers who share one address
 * through a proxy that is not trusted pay nothing for one another.
 */
export function bitsFor(step: Step, caller: { readonly tries: Tries; readonly isShared: boolean }): number {
  const tries = caller.isShared ? 0 : (caller.tries?.address ?? 0)
  const doublings = Math.floor(Math.log2(Math.max(1, tries / TRIES_WITHOUT_SURCHARGE)))
  return TERMS[step].bits + Math.min(MOST_SURCHARGE, doublings)
}

/** What is known of a request when it is decided whether it has to answer a challenge. */
export type Situation = {
  readonly step: Step
  /** More than the limit of everybody were asked for, of which the caller asked more or less than a fair share. */
  readonly all: 'within' | 'beyond'
  readonly isModest: boolean
  /** Many calls wait for Stripe already. */
  readonly isCrowded: boolean
  /** The caller shares its address with others, and all of them together are beyond the limit of one address. */
  readonly isBeyondShared: boolean
  readonly isShared: boolean
}

/**
 * What is asked of a request within the limits of its own address and network. A challenge is asked for in attack mode and
 * while there is more than the service takes at once; it never refuses a reader who answers it.
 */
export function demandOn(situation: Situation): 'nothing' | 'challenge' | 'refuse' {
  const { step, all, isModest, isShared, isCrowded, isBeyondShared } = situation
  if (all === 'beyond' && !isModest && !isShared) return 'refuse'
  // Whoever makes up the headers of a proxy is lenient to themselves only until cards are tried.
  if (isBeyondShared && step >= 2) return 'refuse'
  return step > 0 || all === 'beyond' || isCrowded || isBeyondShared ? 'challenge' : 'nothing'
}
