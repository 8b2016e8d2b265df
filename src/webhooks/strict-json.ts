const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of raw bytes, or null when they are not UTF-8: a lenient decoder would sign one text and read another. */
export function strictText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

// Every string literal of a valid JSON text, with the colon behind it when it is a key.
const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g

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
  let written = 0
  for (const [, colon] of text.matchAll(STRINGS)) if (colon !== undefined) written += 1
  return written === countKeys(value) ? value : undefined
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item), 0)
  let count = 0
  for (const item of Object.values(value)) count += 1 + countKeys(item)
  return count
}
