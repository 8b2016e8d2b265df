import { html } from 'hono/html'
import { page } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'
import { describedBy, fieldProblem, type FormProblem, problemSummary } from '../../html/form-problems-view.ts'

export type SignInView = {
  readonly text: Text
  readonly newsroomName: string
  /** What was typed, kept when there is a problem. */
  readonly email: string
  readonly problems: readonly (FormProblem & { readonly fieldId: 'email' })[]
}

/** Posts `email` to `/finance/sign-in`. */
export function signInPage({ text, newsroomName, email, problems }: SignInView): string {
  const title = 'Sign in to finance'
  return page({
    text,
    title: problems.length > 0 ? `Error: ${title}` : title,
    newsroomName,
    styles: ['forms'],
    body: html`<h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>For staff. We send you a link instead of asking for a password.</p>
      <form method="post" action="/finance/sign-in">
        <div class="field">
          <label for="email">E-mail address</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            required
            maxlength="254"
            value="${email}"
            ${describedBy('email', problems)}
          />
          ${fieldProblem('email', problems)}
        </div>
        <div class="actions"><button class="button" type="submit">Send me a link</button></div>
      </form>`,
  })
}

/** The same words whether the address is known or not: nobody learns here who works in finance. */
export function signInSentPage({
  text,
  newsroomName,
  validMinutes,
}: {
  readonly text: Text
  readonly newsroomName: string
  readonly validMinutes: number
}): string {
  return page({
    text,
    title: 'Look into your mail',
    newsroomName,
    body: html`<h1>Look into your mail</h1>
      <p class="lead">If the address is known, a link is on its way.</p>
      <p>
        It works once and for ${validMinutes} minutes. Nothing came? Look among the unwanted mail, or ask for
        another.
      </p>
      <div class="actions"><a class="button plain" href="/finance/sign-in">Ask for another link</a></div>`,
  })
}

/**
 * Where the mailed link leads. Only the button's POST to `/finance/sign-in/confirm` (field `token`) uses the link up:
 * scanners in mail systems open every link, and their GET must not spend it.
 */
export function signInConfirmPage({
  text,
  newsroomName,
  token,
}: {
  readonly text: Text
  readonly newsroomName: string
  readonly token: string
}): string {
  return page({
    text,
    title: 'Confirm sign-in',
    newsroomName,
    body: html`<h1>Confirm sign-in</h1>
      <p>You are about to sign in to the finance pages of ${newsroomName} in this browser.</p>
      <form method="post" action="/finance/sign-in/confirm">
        <input type="hidden" name="token" value="${token}" />
        <div class="actions"><button class="button" type="submit">Sign in</button></div>
      </form>
      <p class="quiet small">You did not ask for this? Then close the page. Nothing has happened.</p>`,
  })
}

/** A link that was used, has run out or never existed; which of them stays unsaid. */
export function signInSpentPage({
  text,
  newsroomName,
}: {
  readonly text: Text
  readonly newsroomName: string
}): string {
  return page({
    text,
    title: 'This link no longer works',
    newsroomName,
    body: html`<h1>This link no longer works</h1>
      <p class="lead">Each link works once and for a short time.</p>
      <div class="actions"><a class="button" href="/finance/sign-in">Ask for a new link</a></div>`,
  })
}
