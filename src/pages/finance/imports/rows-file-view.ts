import type { RowNote } from '../../../imports/history-import.ts'
import type { Text } from '../../../text/text.ts'

/** Rows of a file that are no new gifts, as CSV. A heading is a stranger's text: it must not become a formula. */
export function rowsFile(notes: readonly RowNote[], text: Text): string {
  const t = text.finance
  const lines = notes.map((note) => [
    String(note.row),
    note.heading,
    noteWords(note, text),
    note.outcome === 'problem' ? t(`imports.problem.${note.reason}.todo`) : '',
  ])
  const headings = [t('imports.row'), t('imports.heading'), t('imports.what'), t('imports.todo')]
  return `\uFEFF${[headings, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Why a row is no new gift. */
export function noteWords(note: Pick<RowNote, 'outcome' | 'reason'>, text: Text): string {
  const t = text.finance
  // The outcome says which reasons there are; a count of notes has both in one type.
  const one = note as RowNote
  return one.outcome === 'problem'
    ? t(`imports.problem.${one.reason}.what`)
    : t(`imports.skipped.${one.reason}`)
}

function cell(words: string): string {
  const guarded = /^[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff0b\uff0d\uff1d\uff20]/u.test(words)
    ? `'${words}`
    : words
  return `"${guarded.replaceAll('"', '""')}"`
}
