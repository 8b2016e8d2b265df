const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of raw bytes, or null when they are not UTF-8: a lenient decoder would sign one text and read another. */
export function strictText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/**
 * Parses JSON and refuses an object that says the same key twice: JSON.parse keeps the last, other readers the
 * first, and a signed event must not mean two things. Counts the keys written and the keys that came out.
 * @returns undefined when the text is not such JSON
 */
export function strictJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return writtenKeys(text) === countKeys(value) ? value : undefined
}

/** How many string literals of a valid JSON text have a colon behind them. By `indexOf`: this runs for every event. */
function writtenKeys(text: string): number {
  let count = 0
  for (let open = text.indexOf('"'); open >= 0;) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    let behind = close + 1
    while (isSpace(text.charCodeAt(behind))) behind += 1
    if (text[behind] === ':') count += 1
    open = text.indexOf('"', behind)
  }
  return count
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item), 0)
  let count = 0
  for (const item of Object.values(value)) count += 1 + countKeys(item)
  return count
}
