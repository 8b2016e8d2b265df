import { html } from 'hono/html'
import type { Text } from '../text/text.ts'
import type { Html } from './layout.ts'

/** One problem of a form. `fieldId` is the id of the control it concerns, which the summary links to; null: the whole form. */
export type FormProblem = { readonly fieldId: string | null; readonly message: string }

/** A box above the form that lists every problem; it receives the focus when the page opens. */
export function problemSummary(text: Text, problems: readonly FormProblem[]): Html {
  if (problems.length === 0) return html``
  return html`<div class="problems" role="alert" tabindex="-1" autofocus>
    <h2>${text.shared('checkTheForm')}</h2>
    <ul>
      ${problems.map(({ fieldId, message }) => html`<li>${fieldId === null ? message : html`<a href="#${fieldId}">${message}</a>`}</li>`)}
    </ul>
  </div>`
}

/** The problems of one control, shown beside it; `describedBy` ties the control to them. */
export function fieldProblem(fieldId: string, problems: readonly FormProblem[]): Html {
  const messages = problems.filter((problem) => problem.fieldId === fieldId).map(({ message }) => message)
  if (messages.length === 0) return html``
  return html`<p class="field-problem" id="${fieldId}-problem">${messages.join(' ')}</p>`
}

/** The `aria-` attributes that tie a control to its problem and its hint. */
export function describedBy(fieldId: string, problems: readonly FormProblem[], hint = false): Html {
  const hasProblem = problems.some((problem) => problem.fieldId === fieldId)
  const ids = [...(hint ? [`${fieldId}-hint`] : []), ...(hasProblem ? [`${fieldId}-problem`] : [])]
  return html`${ids.length > 0 ? html` aria-describedby="${ids.join(' ')}"` : ''}${hasProblem ? html` aria-invalid="true"` : ''}`
}
