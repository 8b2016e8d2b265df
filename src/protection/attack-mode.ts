/** 0: no attack. 1 to 3: how tight attack mode is. `protection-terms.ts` says what each step asks of readers. */
export type Step = 0 | 1 | 2 | 3
const causes = ['declines', 'fraud_warnings', 'unpaid'] as const
export type Cause = (typeof causes)[number]

/** What an admin has decided: nothing (`automatic`), or that attack mode stays on or off. */
export const controls = ['automatic', 'on', 'off'] as const
export type Control = (typeof controls)[number]

/** What honest readers of this newsroom do, learned while there is no attack. */
export type Baseline = {
  /** Declined cards for each paid checkout. */
  readonly declinesPerPaid: number
  /** The share of payment pages that are paid: most readers who open one turn back. */
  readonly paidShare: number
}

export type AttackMode = {
  readonly baseline: Baseline
  readonly learnedAt: Date | null
  /** Null while there is a sign of an attack. */
  readonly calmSince: Date | null
} & (
  | { readonly step: 0; readonly armed: null }
  | {
      readonly step: 1 | 2 | 3
      readonly armed: { readonly since: Date; readonly stepSince: Date; readonly cause: Cause }
    }
)

/** Counts of the recent past, from the database. */
export type Signals = {
  /** Cards declined within the last ten minutes. */
  readonly declines: number
  /** Payment pages opened within the last ten minutes that are paid. */
  readonly paid: number
  /** Early fraud warnings of the last hour. */
  readonly fraudWarnings: number
  /** Payment pages that were opened 5 to 35 minutes ago, so that a reader has had time to pay, and how many are paid. */
  readonly matured: { readonly opened: number; readonly paid: number }
}

const MINUTE_MS = 60_000
/** So many declined cards are no sign of anything, however few pay. */
export const FEW_DECLINES = 10
/** Honest traffic may have so many times its usual share of declines. */
const DECLINES_TOLERANCE = 3
const FEW_WARNINGS = 3
/** With fewer payment pages, chance decides how many are paid. */
export const FEW_PAGES = 60
/** Honest traffic may pay a quarter of its usual share. */
const UNPAID_TOLERANCE = 4

/** The pressure from which each step follows at once: 1 is as much as honest traffic is allowed. */
const PRESSURE_OF_STEP = { 1: 1, 2: 4, 3: 16 } as const
/** Below so much it is calm again. Between this and 1 nothing changes. */
const CALM_PRESSURE = 0.5
/** A step that does not end the attack is followed by the next one. */
const TIGHTEN_AFTER_MS = 5 * MINUTE_MS
const EASE_AFTER_MS = 10 * MINUTE_MS
const LEARN_EVERY_MS = 60 * MINUTE_MS
const LEARNING_RATE = 0.05
const FEWEST_TO_LEARN_FROM = 20
/** Nobody can teach the baseline anything beyond these, however patiently. */
const BOUNDS = { declinesPerPaid: [0.1, 0.5], paidShare: [0.02, 0.9] } as const

export const QUIET: AttackMode = {
  step: 0,
  armed: null,
  calmSince: null,
  learnedAt: null,
  baseline: { declinesPerPaid: 0.2, paidShare: 0.12 },
}

/**
 * How far the signals are from what honest traffic explains: 1 is the border. A story that many read at once raises
 * declines, paid and opened pages alike, and so no pressure.
 */
export function pressureOf(
  signals: Signals,
  baseline: Baseline,
): { readonly pressure: number; readonly cause: Cause } {
  const { declines, paid, fraudWarnings, matured } = signals
  const honestDeclines = FEW_DECLINES + paid * baseline.declinesPerPaid * DECLINES_TOLERANCE
  const expected = matured.opened * baseline.paidShare
  const unpaid = matured.opened < FEW_PAGES ? 0 : expected / UNPAID_TOLERANCE / Math.max(1, matured.paid)
  const all = [
    { cause: 'declines', pressure: declines / honestDeclines },
    { cause: 'fraud_warnings', pressure: fraudWarnings / FEW_WARNINGS },
    { cause: 'unpaid', pressure: unpaid },
  ] as const
  return all.reduce((most, one) => (one.pressure > most.pressure ? one : most))
}

/**
 * The attack mode that follows. It arms and tightens at once, eases one step after ten calm minutes, and so stands down
 * by itself.
 */
export function nextAttackMode(mode: AttackMode, signals: Signals, now: Date): AttackMode {
  const { pressure, cause } = pressureOf(signals, mode.baseline)
  const isCalm = pressure < CALM_PRESSURE
  const calmSince = isCalm ? (mode.calmSince ?? now) : null
  if (mode.step === 0) {
    const step = stepFor(pressure)
    if (step > 0) return armedAt(mode, step, { since: now, stepSince: now, cause })
    return { ...mode, calmSince, ...learned(mode, signals, now) }
  }
  const inStepMs = now.getTime() - mode.armed.stepSince.getTime()
  const persists = pressure >= PRESSURE_OF_STEP[1] && inStepMs >= TIGHTEN_AFTER_MS
  const wanted = Math.max(stepFor(pressure), persists ? mode.step + 1 : 0)
  if (wanted > mode.step)
    return armedAt(mode, stepOf(wanted), { since: mode.armed.since, stepSince: now, cause })
  const calmMs = calmSince === null ? -1 : now.getTime() - calmSince.getTime()
  if (calmMs < EASE_AFTER_MS || inStepMs < EASE_AFTER_MS) return { ...mode, calmSince }
  const step = stepOf(mode.step - 1)
  return armedAt(mode, step, { ...mode.armed, stepSince: now }, calmSince)
}

/** The step that holds for readers. */
export function stepInForce({ step }: Pick<AttackMode, 'step'>, control: Control): Step {
  if (control === 'off') return 0
  return control === 'on' && step < 2 ? 2 : step
}

function armedAt(
  mode: AttackMode,
  step: Step,
  armed: { readonly since: Date; readonly stepSince: Date; readonly cause: Cause },
  calmSince: Date | null = null,
): AttackMode {
  const common = { baseline: mode.baseline, learnedAt: mode.learnedAt, calmSince }
  return step === 0 ? { ...common, step, armed: null } : { ...common, step, armed }
}

function stepFor(pressure: number): Step {
  if (pressure >= PRESSURE_OF_STEP[3]) return 3
  if (pressure >= PRESSURE_OF_STEP[2]) return 2
  return pressure >= PRESSURE_OF_STEP[1] ? 1 : 0
}

function stepOf(number: number): Step {
  if (number >= 3) return 3
  if (number === 2) return 2
  return number === 1 ? 1 : 0
}

/** Once an hour the baseline moves a little towards what was seen. */
function learned(
  mode: AttackMode,
  { declines, paid, matured }: Signals,
  now: Date,
): Partial<Pick<AttackMode, 'learnedAt' | 'baseline'>> {
  const sinceMs = now.getTime() - (mode.learnedAt?.getTime() ?? -Infinity)
  if (sinceMs < LEARN_EVERY_MS || matured.opened < FEWEST_TO_LEARN_FROM) return {}
  const { declinesPerPaid, paidShare } = mode.baseline
  return {
    learnedAt: now,
    baseline: {
      declinesPerPaid: moved(declinesPerPaid, declines / Math.max(1, paid), BOUNDS.declinesPerPaid),
      paidShare: moved(paidShare, matured.paid / matured.opened, BOUNDS.paidShare),
    },
  }
}

function moved(from: number, towards: number, [least, most]: readonly [number, number]): number {
  const seen = Math.min(most, Math.max(least, towards))
  return from + (seen - from) * LEARNING_RATE
}
