/** What a template leaves for somebody to put in. `todo` in small letters is a word of Spanish and of some sites' names. */
const TEMPLATE =
  /replace.?(me|this|with)(?![a-z])|change.?(me|this|it)\b|place.?holder|\b(?-i:FIXME|TODO)\b|<[a-z][a-z _-]*>|your.?(key|secret|token|password|webhook|stripe)|\byour[-_ ](own|host|domain|site|newsroom|name|address)\b/i

/** Words that stand in examples where a secret belongs; elsewhere they may be meant. */
const EXAMPLE =
  /example|sample|dummy|insert|undefined|\bnull\b|(key|secret|token|goes).?here|password|\.\.\.|x{6}|\*{4}/i

/** Whether a variable's value, secret or not, still has a template's words in it. */
export function holdsPlaceholder(value: string): boolean {
  return TEMPLATE.test(value)
}

/** Whether a template's words are all that a text for people says. Among other words they may be meant: `Your Own Voice`. */
export function isPlaceholder(text: string): boolean {
  return holdsPlaceholder(text) && !/[\p{L}\p{N}]/u.test(text.replace(new RegExp(TEMPLATE, 'gi'), ''))
}

/** A text has at least this many different characters when it is random and has the length that is asked for. */
const DIFFERENT_CHARACTERS = 8

/** Runs that people type, forwards and backwards. */
const RUNS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiopasdfghjklzxcvbnm'].flatMap((run) => [
  run,
  [...run].toReversed().join(''),
])

/**
 * Why a secret can be guessed, to be read after the variable's name; null when nothing speaks against it. It finds what
 * people leave in place or type by hand. It cannot prove that a secret is random.
 */
export function weaknessOf(secret: string): string | null {
  if (TEMPLATE.test(secret) || EXAMPLE.test(secret))
    return 'is a placeholder: put the real value in its place'
  const text = secret.toLowerCase()
  if (new Set(text).size < DIFFERENT_CHARACTERS) return 'has too few different characters: make a random one'
  if (isRepetition(text) || isTyped(text)) return 'repeats a pattern: make a random one'
  return null
}

/** Whether a part of at most half its length, written again and again, makes the text; its end may be cut. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1)
    if (text.startsWith(text.slice(length)) && text.slice(length) !== '') return true
  return false
}

/** Whether most of the text is a run such as `abcdef` or `123456`. */
function isTyped(text: string): boolean {
  let inRuns = 0
  for (let at = 0; at + 4 <= text.length; at += 1)
    if (RUNS.some((run) => run.includes(text.slice(at, at + 4)))) inRuns += 1
  return inRuns * 2 > text.length
}
