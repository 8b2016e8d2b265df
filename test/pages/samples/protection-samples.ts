import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { protectionPage, type ProtectionView } from '../../../src/pages/finance/settings/protection-view.ts'
import { challengePage } from '../../../src/pages/reader/donate/challenge-view.ts'
import { QUIET, type AttackMode, type Cause } from '../../../src/protection/attack-mode.ts'
import { protectionOutcomes, type ProtectionState } from '../../../src/protection/protection-state.ts'
import type { Text } from '../../../src/text/text.ts'
import type { Words } from '../view-samples.ts'

const since = new Date('2026-02-14T18:42:00Z')
const later = new Date('2026-02-14T19:02:00Z')

const armedBy = (step: 1 | 2 | 3, cause: Cause): AttackMode => ({
  ...QUIET,
  step,
  armed: { since, stepSince: later, cause },
})
const quiet: ProtectionState = { mode: QUIET, control: 'automatic', givingOffSince: null }
const signals = { declines: 214, paid: 31, fraudWarnings: 2, matured: { opened: 1_812, paid: 44 } }
const nothing = { declines: 0, paid: 0, fraudWarnings: 0, matured: { opened: 0, paid: 0 } }

/** The page between the form and the payment page. */
export function challengeViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const challenge = {
    kind: 'proof_of_work',
    token: words.name,
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
    parts: 16,
    bits: 32, // the browser of the test never finds it
    siteKey: null,
    waitSeconds: 6,
  } as const
  const fields = [
    ['amount', '500'],
    ['message', words.message],
  ] as const
  const view = { text, newsroomName: words.newsroom, challenge, fields }
  return {
    challenge: challengePage(view),
    'challenge-refused': challengePage({ ...view, isRefused: true }),
    'challenge-of-step-3': challengePage({ ...view, challenge: { ...challenge, waitSeconds: 15 } }),
  }
}

/** The protection at rest, under attack, standing down, and as an admin has decided. */
export function protectionViews(frame: FinanceFrame): Readonly<Record<string, string>> {
  const view: ProtectionView = {
    ...frame,
    role: 'admin',
    state: quiet,
    signals: nothing,
    keptOut: { day: [], month: [] },
    challenge: 'proof_of_work',
    mayChange: true,
    done: null,
  }
  const keptOut = protectionOutcomes.map((outcome, index) => ({ outcome, count: 7 * 10 ** (index % 6) }))
  const attacked = { ...view, signals, keptOut: { day: keptOut.slice(3), month: keptOut } }
  return {
    protection: protectionPage(view),
    'protection-attack': protectionPage({ ...attacked, state: { ...quiet, mode: armedBy(3, 'declines') } }),
    'protection-standing-down': protectionPage({
      ...attacked,
      role: 'auditor',
      mayChange: false,
      challenge: 'turnstile',
      state: {
        ...quiet,
        mode: { ...armedBy(1, 'unpaid'), calmSince: later },
      },
    }),
    'protection-kept-on': protectionPage({
      ...view,
      done: 'control',
      challenge: 'hcaptcha',
      state: { ...quiet, control: 'on' },
    }),
    'protection-kept-off': protectionPage({
      ...attacked,
      state: {
        control: 'off',
        mode: armedBy(2, 'fraud_warnings'),
        givingOffSince: null,
      },
    }),
    'protection-giving-off': protectionPage({
      ...attacked,
      done: 'off',
      state: { ...quiet, mode: armedBy(3, 'declines'), givingOffSince: later },
    }),
    'protection-giving-on': protectionPage({ ...view, done: 'on' }),
  }
}
