import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FEW_DECLINES,
  FEW_PAGES,
  nextAttackMode,
  pressureOf,
  QUIET,
  stepInForce,
  type AttackMode,
  type Signals,
} from '../../src/protection/attack-mode.ts'
import { demandOn } from '../../src/protection/protection-terms.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const at = (minutes: number) => new Date(START + minutes * 60_000)
const NOTHING: Signals = { declines: 0, paid: 0, fraudWarnings: 0, matured: { opened: 0, paid: 0 } }

const each = (minutes: number, signals: Signals): Signals[] => Array.from({ length: minutes }, () => signals)

/** The modes after each of the signals, one a minute. */
function modesAfter(
  signals: readonly Signals[],
  from: AttackMode = QUIET,
  startsAt = 0,
): readonly AttackMode[] {
  const modes: AttackMode[] = []
  for (const [minute, one] of signals.entries())
    modes.push(nextAttackMode(modes.at(-1) ?? from, one, at(startsAt + minute)))
  return modes
}

/** What honest readers do: any number of them, at most twice the usual share of declines, at least half of the paid share. */
const honest = fc
  .record({ opened: fc.nat(5_000), paidShare: fc.double({ min: 0.06, max: 0.9, noNaN: true }) })
  .chain(({ opened, paidShare }) => {
    const paid = Math.floor(opened * paidShare)
    return fc.record({
      declines: fc.nat(5 + Math.floor(paid * 0.4)),
      paid: fc.constant(paid),
      fraudWarnings: fc.nat(1),
      matured: fc.constant({ opened, paid }),
    })
  })

const anySignals: fc.Arbitrary<Signals> = fc.record({
  declines: fc.nat(5_000),
  paid: fc.nat(2_000),
  fraudWarnings: fc.nat(50),
  matured: fc
    .tuple(fc.nat(20_000), fc.nat(20_000))
    .map(([a, b]) => ({ opened: Math.max(a, b), paid: Math.min(a, b) })),
})

describe('attack mode', () => {
  it('never arms while readers are honest, be they few or a hundred thousand', () => {
    fc.assert(
      fc.property(fc.array(honest, { minLength: 1, maxLength: 200 }), (signals) => {
        expect(modesAfter(signals).every(({ step }) => step === 0)).toBe(true)
      }),
    )
  })

  it('always arms within as many declines as honest readers would not have', () => {
    fc.assert(
      fc.property(fc.array(honest, { maxLength: 100 }), fc.nat(1_000), (before, paid) => {
        const learned = modesAfter(before).at(-1) ?? QUIET
        const most = FEW_DECLINES + Math.ceil(paid * 0.5 * 3)
        const attacked = { ...NOTHING, paid, declines: most }
        expect(nextAttackMode(learned, attacked, at(200)).step).toBeGreaterThan(0)
      }),
    )
  })

  it('arms at ten declined cards when nobody pays, and for nine does not', () => {
    expect(nextAttackMode(QUIET, { ...NOTHING, declines: 9 }, at(0)).step).toBe(0)
    expect(nextAttackMode(QUIET, { ...NOTHING, declines: 10 }, at(0))).toMatchObject({
      step: 1,
      armed: { since: at(0), cause: 'declines' },
    })
  })

  it('arms when payment pages are opened and hardly any is paid', () => {
    const unpaid = { ...NOTHING, matured: { opened: FEW_PAGES, paid: 0 } }
    expect(nextAttackMode(QUIET, unpaid, at(0))).toMatchObject({ step: 1, armed: { cause: 'unpaid' } })
  })

  it('arms at the third early fraud warning of an hour', () => {
    expect(nextAttackMode(QUIET, { ...NOTHING, fraudWarnings: 2 }, at(0)).step).toBe(0)
    expect(nextAttackMode(QUIET, { ...NOTHING, fraudWarnings: 3 }, at(0)).armed?.cause).toBe('fraud_warnings')
  })

  it('tightens at once for a heavy attack, and step by step for one that goes on', () => {
    expect(nextAttackMode(QUIET, { ...NOTHING, declines: 200 }, at(0)).step).toBe(3)
    const steps = modesAfter(each(16, { ...NOTHING, declines: 15 })).map(({ step }) => step)
    expect(steps).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3])
  })

  it('always stands down by itself within three quarters of an hour', () => {
    fc.assert(
      fc.property(fc.array(anySignals, { minLength: 1, maxLength: 100 }), (signals) => {
        const attacked = modesAfter(signals).at(-1) ?? QUIET
        const after = modesAfter(each(45, NOTHING), attacked, signals.length)
        expect(after.at(-1)?.step).toBe(0)
      }),
    )
  })

  it('does not flicker: it eases one step at a time, and each only after ten calm minutes', () => {
    const armed = nextAttackMode(QUIET, { ...NOTHING, declines: 200 }, at(0))
    const steps = modesAfter(each(32, NOTHING), armed, 1).map(({ step }) => step)
    expect(steps.findIndex((step) => step === 2)).toBe(10)
    expect(steps.findIndex((step) => step === 1)).toBe(20)
    expect(steps.findIndex((step) => step === 0)).toBe(30)
    // Between half of the pressure and all of it, nothing changes.
    const still = modesAfter(each(120, { ...NOTHING, declines: 7 }), armed, 1)
    expect(still.every(({ step }) => step === 3)).toBe(true)
  })

  it('learns what is usual slowly, within bounds, and never from an attack', () => {
    const frugal = { ...NOTHING, paid: 5, declines: 2, matured: { opened: 100, paid: 5 } }
    const learned = modesAfter(each(60 * 24 * 3, frugal)).at(-1)?.baseline
    expect(learned?.paidShare).toBeLessThan(0.06)
    fc.assert(
      fc.property(fc.array(anySignals, { maxLength: 300 }), (signals) => {
        const { baseline } = modesAfter(signals).at(-1) ?? QUIET
        expect(baseline.declinesPerPaid).toBeLessThanOrEqual(0.5)
        expect(baseline.paidShare).toBeGreaterThanOrEqual(0.02)
      }),
    )
    // Whoever stays just below the border for a month teaches nothing beyond the bounds.
    const patient = { ...NOTHING, declines: 9, paid: 1, matured: { opened: 30, paid: 0 } }
    const taught = modesAfter(each(60 * 24 * 30, patient)).at(-1)?.baseline
    expect(taught?.declinesPerPaid).toBeLessThanOrEqual(0.5)
    expect(taught?.paidShare).toBeGreaterThanOrEqual(0.02)
    const attacked = modesAfter(each(600, { ...NOTHING, declines: 500, matured: { opened: 900, paid: 0 } }))
    expect(attacked.at(-1)?.baseline).toEqual(QUIET.baseline)
  })

  it('is the admin’s to keep on or off', () => {
    const armed = nextAttackMode(QUIET, { ...NOTHING, declines: 200 }, at(0))
    expect([stepInForce(QUIET, 'on'), stepInForce(armed, 'on'), stepInForce(armed, 'off')]).toEqual([2, 3, 0])
    expect([stepInForce(QUIET, 'automatic'), stepInForce(armed, 'automatic')]).toEqual([0, 3])
  })
})

describe('an honest reader', () => {
  it('is never refused: whoever asks modestly is served, or served after a challenge', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 3),
        fc.constantFrom('within', 'beyond'),
        fc.boolean(),
        fc.boolean(),
        (step, all, isCrowded, isShared) => {
          const demand = demandOn({
            step,
            all,
            isCrowded,
            isShared,
            isModest: true,
            isBeyondShared: false,
          })
          const isPlain = step === 0 && all === 'within' && !isCrowded
          expect(demand).toBe(isPlain ? 'nothing' : 'challenge')
        },
      ),
    )
  })

  it('of a baseline’s own figures makes no pressure', () => {
    const { declinesPerPaid, paidShare } = QUIET.baseline
    for (const opened of [0, 10, 100, 10_000]) {
      const paid = Math.floor(opened * paidShare)
      const signals = { declines: paid * declinesPerPaid, paid, fraudWarnings: 0, matured: { opened, paid } }
      expect(pressureOf(signals, QUIET.baseline).pressure).toBeLessThan(0.5)
    }
  })
})
