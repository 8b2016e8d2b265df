import { parseMonth, type Month } from '../../src/calendar/month.ts'

/** The month of that name, like `2026-10`; throws where there is none, for a test's words are never a guess. */
export function monthNamed(text: string): Month {
  const parsed = parseMonth(text)
  if (parsed === null) throw new Error(`${text} is no month`)
  return parsed
}
