import { html } from 'hono/html'
import { type FormProblem, problemSummary } from '../../../html/form-problems-view.ts'
import { page, type Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import { codeField, passkeyField, passkeyScript, signOut } from '../sign-in/second-factor-view.ts'

/** A square of dark and light fields. */
export type QrCode = { readonly size: number; readonly isDark: (row: number, column: number) => boolean }

export type SetUpView = {
  readonly text: Text
  readonly newsroomName: string
  readonly staffEmail: string
  /** Whether nothing else opens before a second factor is there. */
  readonly isRequired: boolean
  readonly hasApp: boolean
  readonly passkeyOptions: string
  readonly qrCode: QrCode
  /** The app's secret in base32, for whoever cannot scan the picture. */
  readonly secret: string
  readonly problem: 'code' | 'credential' | null
}

/** Where a passkey or an authenticator app is added. The forms post `credential` and `name`, or `code`. */
export function setUpPage(view: SetUpView): string {
  const { text, newsroomName, staffEmail, isRequired, hasApp, passkeyOptions, qrCode, secret, problem } = view
  const t = text.finance
  const title = t('secondFactor.setUpTitle')
  const problems: FormProblem[] = problem
    ? [{ fieldId: problem, message: t(`secondFactor.notSet.${problem}`) }]
    : []
  return page({
    text,
    title: problem ? text.shared('errorTitle', { title }) : title,
    newsroomName,
    styles: ['forms', 'sign-in'],
    head: passkeyScript,
    aside: signOut(text, staffEmail),
    body: html`<h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>${isRequired ? t('secondFactor.required') : t('secondFactor.why')}</p>
      <section class="card">
        <h2>${t('secondFactor.passkeyTitle')}</h2>
        <p>${t('secondFactor.passkeyLead')}</p>
        <form
          method="post"
          action="/finance/account/second-factor"
          data-passkey="create"
          data-options="${passkeyOptions}"
        >
          <div class="field">
            <label for="name"
              >${t('secondFactor.name')} <span class="quiet">${t('secondFactor.optional')}</span></label
            >
            <input id="name" name="name" type="text" autocomplete="off" maxlength="60" />
          </div>
          ${passkeyField(text, t('secondFactor.makePasskey'), problems)}
        </form>
      </section>
      <section class="card">
        <h2>${t('secondFactor.appTitle')}</h2>
        ${hasApp ? html`<p>${t('secondFactor.appReplaces')}</p>` : ''}
        <ol class="steps">
          <li>
            <p>${t('secondFactor.scan')}</p>
            ${qrPicture(qrCode, t('secondFactor.qrLabel'))}
            <p class="quiet small">
              ${t('secondFactor.typeInstead')} <code class="secret">${inGroups(secret)}</code>
            </p>
          </li>
          <li>
            <p>${t('secondFactor.enterCode')}</p>
            <form method="post" action="/finance/account/second-factor">
              ${codeField(text, problems)}
              <div class="actions">
                <button class="button" type="submit">${t('secondFactor.addApp')}</button>
              </div>
            </form>
          </li>
        </ol>
      </section>
      ${isRequired ? '' : html`<p><a href="/finance/account">${t('secondFactor.toAccount')}</a></p>`}`,
  })
}

/** Four light fields stand around the code, as readers expect (ISO/IEC 18004, section 5.3.8). */
const QUIET_ZONE = 4

function qrPicture({ size, isDark }: QrCode, label: string): Html {
  const indexes = Array.from({ length: size }, (_, index) => index)
  const dark = indexes.flatMap((row) =>
    indexes.filter((column) => isDark(row, column)).map((column) => `M${column} ${row}h1v1h-1z`),
  )
  const whole = size + 2 * QUIET_ZONE
  return html`<svg
    class="qr"
    role="img"
    aria-label="${label}"
    viewBox="${-QUIET_ZONE} ${-QUIET_ZONE} ${whole} ${whole}"
    shape-rendering="crispEdges"
  >
    <rect x="${-QUIET_ZONE}" y="${-QUIET_ZONE}" width="${whole}" height="${whole}" fill="#ffffff" />
    <path d="${dark.join('')}" fill="#000000" />
  </svg>`
}

/** `ABCD EFGH …`, as people copy it. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret
}

/** Shows new recovery codes, which no page shows again. */
export function recoveryCodesPage(view: {
  readonly text: Text
  readonly newsroomName: string
  readonly staffEmail: string
  readonly codes: readonly string[]
  /** Where the page's link leads. */
  readonly nextPath: string
}): string {
  const { text, newsroomName, staffEmail, codes, nextPath } = view
  const t = text.finance
  const title = t('secondFactor.codesTitle')
  return page({
    text,
    title,
    newsroomName,
    styles: ['forms', 'sign-in'],
    aside: signOut(text, staffEmail),
    body: html`<h1>${title}</h1>
      <p class="lead">${t('secondFactor.codesLead')}</p>
      <p>${t('secondFactor.codesHint')}</p>
      <ul class="codes">
        ${codes.map((code) => html`<li><code>${code}</code></li>`)}
      </ul>
      <div class="actions"><a class="button" href="${nextPath}">${t('secondFactor.codesKept')}</a></div>`,
  })
}
