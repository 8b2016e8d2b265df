import { parseMonth, type Month } from '../../src/calendar/month.ts'

/** The month of a text such as `2026-10`. @throws Error when the text is not a month */
export function monthNamed(text: string): Month {
  const parsed = parseMonth(text)
  if (parsed === null) throw new Error(`${text} is not a month`)
  return parsed
}
