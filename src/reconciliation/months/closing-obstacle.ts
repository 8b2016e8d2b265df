import type { Month } from '../../calendar/month.ts'
import { needsExplanation, type Difference } from '../items/difference.ts'

/** What keeps a month from being closed. */
export type ClosingObstacle =
  | { readonly kind: 'closed_already' }
  | { readonly kind: 'not_over' }
  /** Stripe's balance has not been read to the end of the month. */
  | { readonly kind: 'not_read' }
  | { readonly kind: 'events_pending'; readonly count: number }
  | { readonly kind: 'earlier_month_open'; readonly month: Month }
  | { readonly kind: 'unexplained'; readonly differences: readonly Difference[] }

/** How the month stands for closing. */
export type ClosingState = {
  readonly month: Month
  readonly isClosed: boolean
  /** The first instant after the month. */
  readonly end: Date
  readonly now: Date
  readonly completeUpTo: Date | null
  readonly pendingEvents: number
  /** The month to close next. */
  readonly firstOpen: Month | null
  readonly differences: readonly Difference[]
}

export function closingObstacles(state: ClosingState): ClosingObstacle[] {
  const { month, isClosed, end, now, completeUpTo, pendingEvents, firstOpen } = state
  const differences = state.differences.filter(needsExplanation)
  return [
    ...(isClosed ? [{ kind: 'closed_already' } as const] : []),
    ...(end > now ? [{ kind: 'not_over' } as const] : []),
    ...(completeUpTo === null || completeUpTo < end ? [{ kind: 'not_read' } as const] : []),
    ...(pendingEvents > 0 ? [{ kind: 'events_pending', count: pendingEvents } as const] : []),
    ...(firstOpen !== null && firstOpen < month
      ? [{ kind: 'earlier_month_open', month: firstOpen } as const]
      : []),
    ...(differences.length > 0 ? [{ kind: 'unexplained', differences } as const] : []),
  ]
}

/** The obstacle as the refusal of a closing names it. */
export function obstacleText(obstacle: ClosingObstacle, month: Month): string {
  switch (obstacle.kind) {
    case 'closed_already':
      return `${month} is closed already.`
    case 'not_over':
      return `${month} is not over yet.`
    case 'not_read':
      return 'Stripe’s balance has not been read to the end of the month yet.'
    case 'events_pending':
      return `${obstacle.count} of Stripe’s events are still to be processed.`
    case 'earlier_month_open':
      return `${obstacle.month} has to be closed first.`
    case 'unexplained':
      return unexplainedText(obstacle.differences)
  }
}

const DIFFERENCES_NAMED = 5

function unexplainedText(open: readonly Difference[]): string {
  const named = open.slice(0, DIFFERENCES_NAMED).map(({ kind, object }) => `${object} (${kind})`)
  const more = open.length > DIFFERENCES_NAMED ? ` and ${open.length - DIFFERENCES_NAMED} more` : ''
  return `Neither explained nor signed off: ${named.join(', ')}${more}.`
}
