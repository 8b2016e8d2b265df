import { formatTag } from './languages.ts'

const formats = new Map<string, Intl.DateTimeFormat>()
const MOST_FORMATS = 200 // languages, time zones and styles are few, but nothing may grow for ever

/** The format of dates in a language. Making one takes longer than using it a hundred times, so they are kept. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`
  const kept = formats.get(key)
  if (kept !== undefined) return kept
  const made = new Intl.DateTimeFormat(formatTag(language), options)
  if (formats.size >= MOST_FORMATS) formats.clear()
  formats.set(key, made)
  return made
}
