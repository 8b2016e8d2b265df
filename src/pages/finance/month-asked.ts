import { Refusal } from '../../http/refusal.ts'
import { neighbour, parseMonth, type Month } from '../../calendar/month.ts'
import type { MonthChoice } from './finance-parts-view.ts'

/** The month of `?month=`, the running one when none is asked for. @throws Refusal malformed */
export function monthAsked(given: string | string[] | undefined, running: Month): Month {
  return given === undefined ? running : monthNamed(given)
}

/** @throws Refusal malformed for what is no month */
export function monthNamed(given: string | string[] | undefined): Month {
  const month = typeof given === 'string' ? parseMonth(given) : null
  if (!month) throw new Refusal('malformed', 'Write the month like 2026-01.')
  return month
}

/** Nothing is to be seen after the running month. */
export function monthChoice(month: Month, running: Month): MonthChoice {
  return {
    month,
    previousMonth: neighbour(month, -1),
    ...(month < running ? { nextMonth: neighbour(month, 1) } : {}),
  }
}
