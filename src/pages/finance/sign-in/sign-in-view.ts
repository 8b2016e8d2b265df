import { html } from 'hono/html'
import { page } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import {
  describedBy,
  fieldProblem,
  type FormProblem,
  problemSummary,
} from '../../../html/form-problems-view.ts'

type SignInFrame = { readonly text: Text; readonly newsroomName: string }

export type SignInView = SignInFrame & {
  /** The address as it was typed, shown again beside its problem. */
  readonly email: string
  readonly problems: readonly (FormProblem & { readonly fieldId: 'email' })[]
  /** What staff call the identity provider; null when there is none. */
  readonly providerName: string | null
}

/** The form posts `email` to `/finance/sign-in`. */
export function signInPage({ text, newsroomName, email, problems, providerName }: SignInView): string {
  const t = text.finance
  const title = t('signIn.title')
  return page({
    text,
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    newsroomName,
    styles: ['forms', 'sign-in'],
    body: html`<h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>${t('signIn.forStaff')}</p>
      <form method="post" action="/finance/sign-in">
        <div class="field">
          <label for="email">${t('signIn.email')}</label>
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
        <div class="actions"><button class="button" type="submit">${t('signIn.send')}</button></div>
      </form>
      ${
        providerName === null
          ? ''
          : html`<p class="provider">
              <a class="button plain" href="/finance/sign-in/provider"
                >${t('signIn.withProvider', { name: providerName })}</a
              >
            </p>`
      }`,
  })
}

/** The answer is the same for every address, so that nobody learns from it who works in finance. */
export function signInSentPage({
  text,
  newsroomName,
  validMinutes,
}: SignInFrame & { readonly validMinutes: number }): string {
  const t = text.finance
  const title = t('signIn.sentTitle')
  return page({
    text,
    title,
    newsroomName,
    body: html`<h1>${title}</h1>
      <p class="lead">${t('signIn.sent')}</p>
      <p>${t('signIn.sentHint', { minutes: validMinutes })}</p>
      <div class="actions"><a class="button plain" href="/finance/sign-in">${t('signIn.askAgain')}</a></div>`,
  })
}

/**
 * The page that the mailed link opens. Only its button, which posts `token` to `/finance/sign-in/confirm`, uses the link
 * up: scanners in mail systems open every link, and their GET must not.
 */
export function signInConfirmPage({
  text,
  newsroomName,
  token,
}: SignInFrame & { readonly token: string }): string {
  const t = text.finance
  const title = t('signIn.confirmTitle')
  return page({
    text,
    title,
    newsroomName,
    body: html`<h1>${title}</h1>
      <p>${t('signIn.confirm', { newsroom: newsroomName })}</p>
      <form method="post" action="/finance/sign-in/confirm">
        <input type="hidden" name="token" value="${token}" />
        <div class="actions"><button class="button" type="submit">${t('signIn.signIn')}</button></div>
      </form>
      <p class="quiet small">${t('signIn.unasked')}</p>`,
  })
}

/** The page for a link that was used, has expired or never existed; it does not tell which. */
export function signInSpentPage({ text, newsroomName }: SignInFrame): string {
  const t = text.finance
  const title = t('signIn.spentTitle')
  return page({
    text,
    title,
    newsroomName,
    body: html`<h1>${title}</h1>
      <p class="lead">${t('signIn.spent')}</p>
      <div class="actions"><a class="button" href="/finance/sign-in">${t('signIn.askNew')}</a></div>`,
  })
}

/** The page for somebody whom the identity provider's word does not let in; it does not tell why. */
export function providerRefusedPage({
  text,
  newsroomName,
  providerName,
}: SignInFrame & { readonly providerName: string }): string {
  const t = text.finance
  const title = t('signIn.notIn')
  return page({
    text,
    title,
    newsroomName,
    body: html`<h1>${title}</h1>
      <p class="lead">${t('signIn.notInLead', { name: providerName })}</p>
      <p>${t('signIn.notInHint')}</p>
      <div class="actions"><a class="button" href="/finance/sign-in">${t('signIn.toSignIn')}</a></div>`,
  })
}
