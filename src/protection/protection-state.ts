import type { AttackMode, Control } from './attack-mode.ts'

/** The protection as all processes share it. */
export type ProtectionState = {
  readonly mode: AttackMode
  readonly control: Control
  /** Since when new checkouts are refused; null: they are taken. */
  readonly givingOffSince: Date | null
}

/** What became of a request for a checkout that was not served at once. `protection_counts` lists the same. */
export const protectionOutcomes = [
  /** Too many from one address, one network or everywhere, or at that moment. */
  'address',
  'network',
  'all',
  'pace',
  /** It was asked to answer a challenge. */
  'challenged',
  /** It answered one, or waited for its turn without scripts. */
  'answered',
  'waited',
  /** The answer was wrong, too late, or used before. */
  'wrong_answer',
  /** Too many had waited already. */
  'waiting_refused',
  /** Turnstile or hCaptcha did not say whether the answer is right. */
  'unverifiable',
  'giving_off',
] as const
export type ProtectionOutcome = (typeof protectionOutcomes)[number]

export type KeptOut = { readonly outcome: ProtectionOutcome; readonly count: number }
