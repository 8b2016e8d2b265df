const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of raw bytes; null when they are not UTF-8. A lenient decoder would verify one text and read another. */
export function strictText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** Objects and arrays in one another. Stripe's events have some ten levels; whatever walks them calls itself for each. */
const MOST_LEVELS = 100

/**
 * Parses JSON and refuses an object that has a key twice: JSON.parse takes the last value and other parsers the first,
 * and neither a signed event nor a reader's request may have two readings. It compares the number of keys in the text and in the result.
 * @returns undefined when the text is not JSON, has a key twice or more than a hundred levels
 */
export function strictJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return writtenKeys(text) === countKeys(value, MOST_LEVELS) ? value : undefined
}

/** The number of string literals that a colon follows, in valid JSON text. It uses `indexOf`, because it runs for every event. */
function writtenKeys(text: string): number {
  let count = 0
  for (let open = text.indexOf('"'); open >= 0;) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    let next = close + 1
    while (isSpace(text.charCodeAt(next))) next += 1
    if (text[next] === ':') count += 1
    open = text.indexOf('"', next)
  }
  return count
}

/** Whether an odd number of backslashes precedes the position. */
function isEscaped(text: string, position: number): boolean {
  let first = position
  while (text[first - 1] === '\\') first -= 1
  return (position - first) % 2 === 1
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Infinitely many where more than `levels` objects and arrays stand in one another. */
function countKeys(value: unknown, levels: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (levels === 0) return Infinity
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item, levels - 1), 0)
  let count = 0
  for (const item of Object.values(value)) count += 1 + countKeys(item, levels - 1)
  return count
}
