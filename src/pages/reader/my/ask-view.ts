import { html } from 'hono/html'
import { describedBy, fieldProblem, problemSummary } from '../../../html/form-problems-view.ts'
import { type Html, page } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

export type AskView = {
  readonly text: Text
  readonly newsroomName: string
  /** What was typed, shown again beside its problem. */
  readonly email: string
  readonly hasProblem: boolean
  /** The page was reached by a link that does not work any more. */
  readonly isExpired: boolean
}

/** Asks for the address to which the link to a donor's own page is mailed. */
export function askPage({ text, newsroomName, email, hasProblem, isExpired }: AskView): string {
  const t = text.my
  const title = t(isExpired ? 'ask.expiredTitle' : 'ask.title')
  const problems = hasProblem ? [{ fieldId: 'email', message: t('ask.problem') }] : []
  return framed({
    text,
    newsroomName,
    title,
    headTitle: hasProblem ? text.shared('errorTitle', { title }) : title,
    body: html`${problemSummary(text, problems)}
      <p class="lead">${isExpired ? t('ask.expired') : t('ask.lead', { newsroom: newsroomName })}</p>
      <p>${t('ask.how')}</p>
      <form method="post" action="/my">
        <input type="hidden" name="lang" value="${text.locale}" />
        <div class="field">
          <label for="email">${t('ask.email')}</label>
          <p class="quiet small" id="email-hint">${t('ask.emailHint')}</p>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            dir="ltr"
            required
            maxlength="254"
            value="${email}"
            ${describedBy('email', problems, true)}
          />
          ${fieldProblem('email', problems)}
        </div>
        <div class="actions"><button class="button" type="submit">${t('ask.send')}</button></div>
      </form>`,
  })
}

type Frame = { readonly text: Text; readonly newsroomName: string }

/** The answer is the same for every address, so that nobody learns from it who has given. */
export function sentPage({ text, newsroomName }: Frame): string {
  const t = text.my
  return framed({
    text,
    newsroomName,
    title: t('ask.sentTitle'),
    body: html`<p class="lead" role="status">${t('ask.sent')}</p>
      <p class="quiet">${t('ask.notThere')}</p>
      <p class="actions"><a class="button plain" href="/my?lang=${text.locale}">${t('ask.again')}</a></p>`,
  })
}

/** A page that says one thing after which the link opens nothing any more. */
export function farewellPage({ text, newsroomName }: Frame, why: 'closed' | 'erasureAsked'): string {
  const t = text.my
  const [title, words] =
    why === 'closed' ? [t('page.closedTitle'), t('page.closed')] : [t('erase.askedTitle'), t('erase.asked')]
  return framed({ text, newsroomName, title, body: html`<p class="lead" role="status">${words}</p>` })
}

export function framed({
  text,
  newsroomName,
  title,
  headTitle = title,
  body,
}: Frame & { readonly title: string; readonly headTitle?: string; readonly body: Html }): string {
  return page({
    text,
    title: headTitle,
    newsroomName,
    styles: ['forms', 'my', 'newsletter'],
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<h1>${title}</h1>
      ${body}`,
  })
}
