import { html } from 'hono/html'
import { describedBy, fieldProblem, type FormProblem } from '../../../html/form-problems-view.ts'
import { page, type Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

const OPEN = html` open=""`

/** The box of the donation form, never ticked beforehand, with the address to which the one mail would go. */
export function reminderBox(
  { text, newsroomName: newsroom }: { readonly text: Text; readonly newsroomName: string },
  { isTicked, email, problems }: { isTicked: boolean; email: string; problems: readonly FormProblem[] },
): Html {
  const t = text.reminder
  const isOpen = isTicked || problems.some(({ fieldId }) => fieldId === 'remindEmail')
  return html`<details class="fold" ${isOpen ? OPEN : ''}>
    <summary><u>${t('form.offer')}</u></summary>
    <div class="newsletter-box">
      <label>
        <input
          type="checkbox"
          name="remind"
          value="true"
          autocomplete="off"
          ${isTicked ? html`checked` : ''}
        />
        <span>${t('consent', { newsroom })}</span>
      </label>
    </div>
    <div class="field">
      <label for="remindEmail">${t('form.email')}</label>
      <input
        id="remindEmail"
        name="remindEmail"
        type="email"
        autocomplete="email"
        dir="ltr"
        maxlength="254"
        value="${email}"
        ${describedBy('remindEmail', problems)}
      />
      ${fieldProblem('remindEmail', problems)}
    </div>
  </details>`
}

/** Behind the mailed link. Nothing changes before the button is pressed: programs that look into mails open links. */
export function stopPage({
  text,
  newsroomName,
  state,
}: {
  readonly text: Text
  readonly newsroomName: string
  readonly state: 'ask' | 'done' | 'unknown'
}): string {
  const t = text.reminder
  const title = t(state === 'done' ? 'stop.doneTitle' : 'stop.title')
  return page({
    text,
    title,
    newsroomName,
    styles: ['forms'],
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<h1>${title}</h1>
      <p class="lead" ${state === 'done' ? html`role="status"` : ''}>${t(`stop.${state}`)}</p>
      ${
        state === 'ask'
          ? html`<form method="post">
              <p class="actions"><button class="button" type="submit">${t('stop.button')}</button></p>
            </form>`
          : ''
      }
      <p><a href="/donate?lang=${text.locale}">${t('stop.give', { newsroom: newsroomName })}</a></p>`,
  })
}
