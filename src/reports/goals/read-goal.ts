import type pg from 'pg'
import { localDate } from '../../calendar/local-date.ts'
import { figures } from '../totals/read-figures.ts'
import { goalFilter, goalProgress, type Goal, type GoalProgress } from './goal.ts'
import { goalById } from './goal-store.ts'

type Deps = { readonly pool: pg.Pool; readonly clock: () => Date; readonly timezone: string }

/** How a goal stands: what the reports say of the same gifts and days, in the goal's currency. */
export async function readProgress({ pool, clock, timezone }: Deps, goal: Goal): Promise<GoalProgress> {
  const { total } = await figures(pool, {
    from: goal.startsOn,
    to: goal.endsOn,
    by: 'all',
    basis: 'booked',
    reportingCurrency: goal.currency,
    only: goalFilter(goal),
    countsDonors: false,
  })
  return goalProgress(goal, total.converted, localDate(clock(), timezone))
}

const KEPT_MS = 60_000

export type ShownGoal = { readonly goal: Goal; readonly progress: GoalProgress }

/**
 * Reads goals for readers, each at most once a minute: an article that many read asks once. Whoever asks meanwhile gets the
 * same answer.
 */
export function goalReader(deps: Deps): (id: string) => Promise<ShownGoal | null> {
  const kept = new Map<string, { readonly until: number; readonly shown: Promise<ShownGoal | null> }>()
  const read = async (id: string): Promise<ShownGoal | null> => {
    const goal = await goalById(deps.pool, id)
    return goal && { goal, progress: await readProgress(deps, goal) }
  }
  return (id) => {
    const now = deps.clock().getTime()
    for (const [key, { until }] of kept) if (until <= now) kept.delete(key)
    const found = kept.get(id)
    if (found) return found.shown
    const shown = read(id)
    kept.set(id, { until: now + KEPT_MS, shown })
    // A failure is not kept, and neither is an id that somebody made up.
    shown.then(
      (goal) => goal === null && kept.delete(id),
      () => kept.delete(id),
    )
    return shown
  }
}
