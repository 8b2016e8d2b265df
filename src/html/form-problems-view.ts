import { html } from 'hono/html'
import type { Html } from './layout.ts'

/** One thing to put right: `fieldId` is the id of the control it is about, so that the summary can lead there. */
export type FormProblem = { readonly fieldId: string; readonly message: string }

/** The box above a form that names every problem; it takes the focus when the page opens. */
export function problemSummary(problems: readonly FormProblem[]): Html {
  if (problems.length === 0) return html``
  return html`<div class="problems" role="alert" tabindex="-1" autofocus>
    <h2>Please check the form</h2>
    <ul>
      ${problems.map(({ fieldId, message }) => html`<li><a href="#${fieldId}">${message}</a></li>`)}
    </ul>
  </div>`
}

/** The same words beside the control, which points here with `describedBy`. */
export function fieldProblem(fieldId: string, problems: readonly FormProblem[]): Html {
  const own = problems.filter((problem) => problem.fieldId === fieldId)
  if (own.length === 0) return html``
  return html`<p class="field-problem" id="${fieldId}-problem">
    ${own.map(({ message }) => message).join(' ')}
  </p>`
}

/** `aria-` attributes that tie a control to its problem and its hint. */
export function describedBy(fieldId: string, problems: readonly FormProblem[], hint = false): Html {
  const wrong = problems.some((problem) => problem.fieldId === fieldId)
  const ids = [...(hint ? [`${fieldId}-hint`] : []), ...(wrong ? [`${fieldId}-problem`] : [])]
  return html`${ids.length > 0 ? html` aria-describedby="${ids.join(' ')}"` : ''}${wrong ? html` aria-invalid="true"` : ''}`
}
