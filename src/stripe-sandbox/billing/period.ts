import type Stripe from 'stripe'
import { DAY_MS } from '../settings.ts'

export type Interval = { readonly interval: Stripe.Price.Recurring.Interval; readonly count: number }

/**
 * The end of the period after the one that ended: counted from the anchor, so that a gift begun on the 31st is
 * collected on the 28th or 30th and on the 31st again. Seconds since 1970.
 */
export function nextPeriodEnd(anchor: number, { interval, count }: Interval, ended: number): number {
  for (let n = count; ; n += count) {
    const end = after(anchor, interval, n)
    if (end > ended) return end
  }
}

function after(anchor: number, interval: Interval['interval'], n: number): number {
  if (interval === 'day') return anchor + (n * DAY_MS) / 1000
  if (interval === 'week') return anchor + (7 * n * DAY_MS) / 1000
  const months = interval === 'year' ? 12 * n : n
  const from = new Date(anchor * 1000)
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months)
  const ofMonth = new Date(first)
  const lastDay = new Date(Date.UTC(ofMonth.getUTCFullYear(), ofMonth.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  return (first + (day - 1) * DAY_MS) / 1000 + (anchor % (DAY_MS / 1000))
}
