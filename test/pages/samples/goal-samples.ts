import { goalPage, type GoalView } from '../../../src/pages/reader/goals/goal-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import {
  goalFields,
  goalsPage,
  type GoalsView,
} from '../../../src/pages/finance/settings/goals/goals-view.ts'
import type { Goal } from '../../../src/reports/goals/goal.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'

/** Goals for readers and for finance, in every state. */
export function goalViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const goal: Goal = {
    id: ID,
    title: words.title,
    counted: 'campaign',
    campaignName: words.campaign,
    currency: currencyNamed('usd'),
    amountMinor: 5_000_000n,
    startsOn: '2026-01-01',
    endsOn: '2026-02-28',
    matching: { text: words.message, minor: 1_000_000n },
  }
  const running = { raisedMinor: 2_150_000n, percent: 43, isOver: false }
  const over = { raisedMinor: 6_000_050n, percent: 120, isOver: true }
  const reader: GoalView = {
    text: frame.text,
    newsroomName: words.newsroom,
    giveUrl: 'https://give.example/donate',
    goal,
    progress: running,
  }
  const typed: GoalsView['typed'] = {
    name: words.title,
    counted: 'once',
    campaign: words.campaign,
    amount: '1',
    currency: 'usd',
    from: '2026-01-01',
    to: '2026-02-28',
    matching: words.message,
    matchingAmount: '1',
  }
  const list: GoalsView = {
    ...frame,
    role: 'finance',
    goals: [
      { goal, progress: running },
      { goal: { ...goal, counted: 'monthly', campaignName: null, matching: null }, progress: over },
    ],
    typed,
    problems: [],
    done: null,
    mayChange: true,
    currencies: ['usd', 'eur'],
    publicUrl: 'https://give.example',
    requestId: ID,
  }
  return {
    goal: goalPage(reader),
    'goal-over': goalPage({ ...reader, goal: { ...goal, matching: null }, progress: over }),
    goals: goalsPage({ ...list, done: 'added' }),
    'goals-none': goalsPage({ ...list, goals: [], done: 'removed' }),
    'goals-read': goalsPage({ ...list, role: 'auditor', mayChange: false }),
    'goals-refused': goalsPage({
      ...list,
      problems: goalFields.map((fieldId) => ({ fieldId, message: words.message })),
    }),
  }
}
