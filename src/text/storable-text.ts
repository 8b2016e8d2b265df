/**
 * A text that Postgres takes as `text` and inside `jsonb`: without NUL, and with U+FFFD in the place of each surrogate
 * that stands alone. JSON can say both (`"\u0000"`, `"\ud83d"`), and Postgres refuses both (22021, 22P05, 22P02), so
 * that one odd character in a name would set a paid gift apart.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '')
}
