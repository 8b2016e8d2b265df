/** The periods for which sums are kept. Calendar periods: a fiscal year is a union of months and quarters. */
export const grains = ['day', 'month', 'quarter', 'year'] as const
export type Grain = (typeof grains)[number]

/** Kept periods of one length, from the one that starts on `first` to the one that starts on `last`. */
export type PeriodRange = { readonly grain: Grain; readonly first: string; readonly last: string }

const MONTHS = { month: 1, quarter: 3, year: 12 } as const

/**
 * The few kept periods that make up the days from `from` to `to`, both included: years in the middle, then quarters,
 * months and days towards both ends.
 * @param allowed the longest periods that do: a report by month has no use for the sums of years
 */
export function periodsBetween(from: string, to: string, allowed: readonly Grain[] = grains): PeriodRange[] {
  if (from > to) return []
  for (const grain of ['year', 'quarter', 'month'] as const) {
    if (!allowed.includes(grain)) continue
    const first = startAtOrAfter(from, grain)
    // The last whole period ends on `to` or before it, so the period of the day after `to` is not whole.
    const end = startOf(dayAfter(to), grain)
    if (first >= end) continue
    return [
      ...periodsBetween(from, dayBefore(first), allowed),
      { grain, first, last: startOf(dayBefore(end), grain) },
      ...periodsBetween(end, to, allowed),
    ]
  }
  return [{ grain: 'day', first: from, last: to }]
}

/** The first day of each period of a range. */
export function startsIn({ grain, first, last }: PeriodRange): string[] {
  const starts: string[] = []
  for (let start = first; start <= last; start = nextStart(start, grain)) starts.push(start)
  return starts
}

function nextStart(start: string, grain: Grain): string {
  if (grain === 'day') return dayAfter(start)
  const next = new Date(`${start}T00:00:00Z`)
  next.setUTCMonth(next.getUTCMonth() + MONTHS[grain])
  return next.toISOString().slice(0, 10)
}

/** The first day of the period that a day lies in. */
export function startOf(day: string, grain: keyof typeof MONTHS): string {
  const [year = '', month = ''] = day.split('-')
  const first = Number(month) - ((Number(month) - 1) % MONTHS[grain])
  return `${year}-${String(first).padStart(2, '0')}-01`
}

function startAtOrAfter(day: string, grain: keyof typeof MONTHS): string {
  const start = startOf(day, grain)
  return start === day ? day : nextStart(start, grain)
}

function dayAfter(day: string): string {
  return dayAway(day, 1)
}

function dayBefore(day: string): string {
  return dayAway(day, -1)
}

function dayAway(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}
