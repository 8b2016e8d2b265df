import { parseLocalDate, type LocalDate } from '../calendar/local-date.ts'

export const dateOrders = ['ymd', 'dmy', 'mdy'] as const
export type DateOrder = (typeof dateOrders)[number]

/** A time as a file has it: on the wall of the former system, or with its own offset. */
export type GivenTime = {
  /** `2023-04-03 17:54:13` */
  readonly wallClock: string
  /** `Z` or `+02:00`; null: it is in the timezone of the file. */
  readonly offset: string | null
}

/** The languages in which a site may write the names of months. */
const LANGUAGES = ['en', 'es', 'uk', 'fr', 'de', 'pt', 'it', 'nl', 'pl', 'ru', 'sv', 'ar']

let months: ReadonlyMap<string, number> | null = null

/** Made when a file is read: every start would otherwise ask for names that hardly any needs. */
function monthNamed(name: string): string {
  months ??= namesOfMonths()
  return String(months.get(plainMonth(name)) ?? '')
}

function namesOfMonths(): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (const language of LANGUAGES)
    for (const length of ['long', 'short'] as const)
      for (const withDay of [true, false]) {
        const format = new Intl.DateTimeFormat(language, {
          month: length,
          timeZone: 'UTC',
          ...(withDay ? { day: 'numeric' } : {}),
        })
        for (let month = 0; month < 12; month += 1) {
          const parts = format.formatToParts(Date.UTC(2023, month, 15))
          const name = parts.find(({ type }) => type === 'month')
          if (name) names.set(plainMonth(name.value), month + 1)
        }
      }
  return names.set('sept', 9)
}

function plainMonth(name: string): string {
  return name.toLowerCase().replaceAll('.', '')
}

const NUMERIC = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?![\d/.-])/
const TOGETHER = /^(\d{4})(\d{2})(\d{2})(?!\d)/
/** `April 3, 2023` and `Apr 3rd 2023`. */
const MONTH_FIRST = /^(\p{L}{3,}\.?) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)/u
/** `3 April 2023`, `3. April 2023`, `3 de abril de 2023`, `3-Apr-2023`. */
const DAY_FIRST = /^(\d{1,2})(?:st|nd|rd|th|er|\.)?[ -](?:de )?(\p{L}{3,}\.?),?[ -](?:de )?(\d{4})(?!\d)/u
/** `Monday, April 3, 2023` */
const WEEKDAY = /^\p{L}+\.?, (?=\p{L}+\.? \d|\d)/u
const TIME =
  /^(?:T|,? +(?:at |um |à |a las )?|,? *@ *)?(\d{1,2})[:.h](\d{2})(?::(\d{2})(?:\.\d+)?)? ?([ap]\.?m\.?)?(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$/i

/** The order of day and month that these texts prove; null when they prove none, or contradict one another. */
export function provenOrder(dates: readonly string[]): DateOrder | null {
  const orders = new Set<DateOrder>()
  let isOpen = false
  for (const text of dates) {
    const [, first = '', second = '', third = ''] = NUMERIC.exec(plainText(text)) ?? []
    if (third === '') continue
    if (first.length === 4) orders.add('ymd')
    else if (Number(second) > 12) orders.add('mdy')
    else if (Number(first) > 12) orders.add('dmy')
    else isOpen = true
  }
  const [only, ...others] = orders
  if (others.length > 0) return null
  if (only !== undefined) return only === 'ymd' && isOpen ? null : only
  // Nothing but names of months, or dates that are written together.
  return isOpen ? null : 'ymd'
}

function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200e\u200f]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * Reads when a gift was given. Without a time of day it is noon, so that no timezone moves it to another day.
 * @param time the text of a column of its own; empty: the time stands behind the date, or nowhere
 */
export function givenTime(
  date: string,
  time: string,
  order: DateOrder,
): GivenTime | { readonly problem: 'date_missing' | 'date_unreadable' | 'time_unreadable' } {
  const typed = plainText(date).replace(WEEKDAY, '')
  if (typed === '') return { problem: 'date_missing' }
  const read = dayIn(typed, order)
  if (read === null) return { problem: 'date_unreadable' }
  const behind = typed.slice(read.length).trim()
  const clock = timeIn(plainText(time) || behind)
  if (clock === null || (plainText(time) !== '' && behind !== '' && timeIn(behind) === null))
    return { problem: 'time_unreadable' }
  return { wallClock: `${read.day} ${clock.time}`, offset: clock.offset }
}

function dayIn(typed: string, order: DateOrder): { readonly day: LocalDate; readonly length: number } | null {
  const numeric = NUMERIC.exec(typed) ?? TOGETHER.exec(typed)
  if (numeric) {
    const [all, first = '', second = '', third = ''] = numeric
    // A year stands first or last; where it stands decides more than what was chosen.
    const parts =
      first.length === 4
        ? { year: first, month: second, day: third }
        : order === 'mdy'
          ? { year: third, month: first, day: second }
          : order === 'dmy'
            ? { year: third, month: second, day: first }
            : null
    return parts && dayOf(parts, all.length)
  }
  const [monthFirst, named = '', its = '', year = ''] = MONTH_FIRST.exec(typed) ?? []
  if (monthFirst !== undefined) return dayOf({ year, month: monthNamed(named), day: its }, monthFirst.length)
  const [dayFirst, day = '', month = '', of = ''] = DAY_FIRST.exec(typed) ?? []
  if (dayFirst === undefined) return null
  return dayOf({ year: of, month: monthNamed(month), day }, dayFirst.length)
}

function dayOf(
  { year, month, day }: { readonly year: string; readonly month: string; readonly day: string },
  length: number,
) {
  const full = year.length === 2 ? `20${year}` : year
  const found = parseLocalDate(`${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  return found && { day: found, length }
}

const NOON = { time: '12:00:00', offset: null }

function timeIn(text: string): { readonly time: string; readonly offset: string | null } | null {
  if (text === '') return NOON
  const found = TIME.exec(text)
  if (!found) return null
  const [, hour = '', minute = '', second = '00', half = '', zone] = found
  const isAfternoon = /^p/i.test(half)
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0)
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59 || (half !== '' && Number(hour) > 12))
    return null
  const offset = zone === undefined ? null : /^[+-]/.test(zone) ? zone.replace(/^(...)(\d\d)$/, '$1:$2') : 'Z'
  return { time: `${String(hours).padStart(2, '0')}:${minute}:${second}`, offset }
}
