import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  type FormProblem,
  problemSummary,
} from '../../../html/form-problems-view.ts'
import { page, type Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

/** The field by which a second factor is shown. */
export type FactorField = 'credential' | 'code' | 'recovery'

export type SecondFactorView = {
  readonly text: Text
  readonly newsroomName: string
  readonly staffEmail: string
  readonly hasApp: boolean
  readonly hasRecoveryCodes: boolean
  /** What the script hands to the browser, as JSON; null for somebody without a passkey. */
  readonly passkeyOptions: string | null
  /** The field whose answer was wrong. The words are the same, whatever was wrong with it. */
  readonly problem: FactorField | null
}

/** Asks for the second factor. The forms post `credential`, `code` or `recovery`. */
export function secondFactorPage(view: SecondFactorView): string {
  const { text, newsroomName, staffEmail, hasApp, hasRecoveryCodes, passkeyOptions, problem } = view
  const t = text.finance
  const title = t('secondFactor.title')
  const problems: FormProblem[] = problem ? [{ fieldId: problem, message: t('secondFactor.wrong') }] : []
  return page({
    text,
    title: problem ? text.shared('errorTitle', { title }) : title,
    newsroomName,
    styles: ['forms', 'sign-in'],
    head: passkeyOptions === null ? html`` : passkeyScript,
    aside: signOut(text, staffEmail),
    body: html`<h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>${t('secondFactor.lead')}</p>
      ${
        passkeyOptions === null
          ? ''
          : html`<form
              method="post"
              action="/finance/sign-in/second-factor"
              data-passkey="get"
              data-options="${passkeyOptions}"
            >
              ${passkeyField(text, t('secondFactor.usePasskey'), problems)}
            </form>`
      }
      ${hasApp && passkeyOptions !== null ? html`<h2 class="or">${t('secondFactor.orApp')}</h2>` : ''}
      ${
        hasApp
          ? html`<form method="post" action="/finance/sign-in/second-factor">
              ${codeField(text, problems)}
              <div class="actions"><button class="button" type="submit">${t('secondFactor.go')}</button></div>
            </form>`
          : ''
      }
      ${hasRecoveryCodes ? recoveryForm(text, problems) : ''}
      <p class="quiet small">${t('secondFactor.lost')}</p>`,
  })
}

/** The script that lets the browser speak to an authenticator. Without it the passkey's form stays hidden. */
export const passkeyScript = html`<script src="/assets/passkey.js" defer></script>`

/** The inside of a form that `assets/passkey.js` fills and sends. */
export function passkeyField(text: Text, label: string, problems: readonly FormProblem[]): Html {
  const t = text.finance
  return html`<input type="hidden" name="credential" />
    <div class="actions">
      <button
        class="button"
        id="credential"
        type="submit"
        data-passkey-button
        disabled
        ${describedBy('credential', problems)}
      >
        ${label}
      </button>
    </div>
    ${fieldProblem('credential', problems)}
    <p class="field-problem" data-passkey-problem role="alert" hidden>${t('secondFactor.passkeyFailed')}</p>
    <p class="quiet small" data-passkey-missing>${t('secondFactor.passkeyMissing')}</p>`
}

/** The field for a code of the app; telephones offer the right keyboard for it. */
export function codeField(text: Text, problems: readonly FormProblem[]): Html {
  return html`<div class="field">
    <label for="code">${text.finance('secondFactor.code')}</label>
    <input
      id="code"
      name="code"
      class="code"
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      required
      maxlength="10"
      ${describedBy('code', problems)}
    />
    ${fieldProblem('code', problems)}
  </div>`
}

function recoveryForm(text: Text, problems: readonly FormProblem[]): Html {
  const t = text.finance
  const isOpen = problems.some(({ fieldId }) => fieldId === 'recovery')
  const inside = html`<summary>${t('secondFactor.useRecovery')}</summary>
    <form method="post" action="/finance/sign-in/second-factor">
      <div class="field">
        <label for="recovery">${t('secondFactor.recovery')}</label>
        <p class="quiet small" id="recovery-hint">${t('secondFactor.recoveryHint')}</p>
        <input
          id="recovery"
          name="recovery"
          class="code"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          maxlength="40"
          ${describedBy('recovery', problems, true)}
        />
        ${fieldProblem('recovery', problems)}
      </div>
      <div class="actions"><button class="button plain" type="submit">${t('secondFactor.go')}</button></div>
    </form>`
  return isOpen
    ? html`<details class="recovery" open>${inside}</details>`
    : html`<details class="recovery">${inside}</details>`
}

/** Who has used the link, and the form that leaves the sign-in. */
export function signOut(text: Text, staffEmail: string): Html {
  return html`<form class="signing-in" method="post" action="/finance/sign-out">
    <span class="quiet small">${staffEmail}</span>
    <button class="button plain" type="submit">${text.finance('frame.signOut')}</button>
  </form>`
}
