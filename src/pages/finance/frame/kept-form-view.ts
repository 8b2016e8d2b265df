import { html } from 'hono/html'
import { problemSummary, type FormProblem } from '../../../html/form-problems-view.ts'
import { markupText, type Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

/** A form that its page shows again, so that nothing of it has to be typed twice. */
export type KeptForm = {
  /** The path that the form is sent to. It tells the forms of a page apart. */
  readonly action: string
  /** What was sent, by the names of the fields. */
  readonly typed: Readonly<Record<string, string>>
  /** Every problem of it; none when its sender only wants to change something. */
  readonly problems: readonly FormProblem[]
  /** What people wrote of it: it is shown as text where the page has no such form any more. */
  readonly texts: readonly string[]
  /** It arrived when its sender's session had ended, so that nothing of it was done. */
  readonly isUnsent?: boolean
}

/** A form of a page: as it was sent, if it is shown again, or as the page proposes it. */
export type ShownForm = {
  readonly isKept: boolean
  readonly problems: readonly FormProblem[]
  /** What stands in the field of that name. */
  typed(name: string, proposed?: string): string
}

/** @param kept the form that is shown again, of whichever form of the page it is */
export function shownForm(
  { keptForm: kept }: { readonly keptForm?: KeptForm | null },
  action: string,
): ShownForm {
  const own = kept?.action === action ? kept : null
  return {
    isKept: own !== null,
    problems: own?.problems ?? [],
    typed: (name, proposed = '') => own?.typed[name] ?? proposed,
  }
}

/**
 * Every problem of the form that was refused, with a link to its field. It stands above the page and has the focus.
 * Somebody else may have done meanwhile what the form is for, so that the page has no such form: what was typed is then
 * part of the summary.
 */
export function keptFormSummary(
  { keptForm: kept }: { readonly keptForm?: KeptForm | null },
  text: Text,
  body: Html,
): Html {
  if (!kept) return html``
  const isOnPage = markupText(body).includes(markupText(html`action="${kept.action}"`))
  const { problems, texts } = kept
  const unsent = kept.isUnsent
    ? html`<p class="notice" role="status">${text.finance('refusal.unsent')}</p>`
    : ''
  if (isOnPage) return html`${unsent} ${problemSummary(text, problems)}`
  return html`${unsent}
  ${problemSummary(
    text,
    problems.map(({ message }) => ({ fieldId: null, message })),
  )}
  ${
    texts.length === 0
      ? ''
      : html`<div class="notice">
          <p>${text.finance('refusal.leftOver')}</p>
          ${texts.map((words) => html`<blockquote>${words}</blockquote>`)}
        </div>`
  }`
}
