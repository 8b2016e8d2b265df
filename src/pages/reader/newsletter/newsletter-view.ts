import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../html/form-problems-view.ts'
import { page, webUrl, withMarkup, type Html } from '../../../html/layout.ts'
import { consentTextIn } from '../../../newsletter/consent.ts'
import type { Language } from '../../../text/languages.ts'
import type { Text } from '../../../text/text.ts'
import { languageChoice } from '../language-choice-view.ts'

type Frame = { readonly text: Text; readonly newsroomName: string }

export type NewsletterFormView = Frame & {
  /** What was typed, on this page or in the form of an article. */
  readonly email: string
  /** The article that brought the reader, on one of the newsroom's sites; null: none. */
  readonly article: string | null
  readonly problems: readonly FormProblem[]
  /** The reader came by a link that does not work any more. */
  readonly isExpired: boolean
  readonly languages: readonly Language[]
}

/** The form that works without scripts. The box is never ticked beforehand. */
export function newsletterForm(view: NewsletterFormView): string {
  const { text, newsroomName: newsroom, email, article, problems, isExpired } = view
  const t = text.newsletter
  const title = isExpired ? t('confirm.expiredTitle') : t('form.title', { newsroom })
  return framed(view, {
    title,
    headTitle: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    body: html`${problemSummary(text, problems)}
      <p class="lead">${t(isExpired ? 'confirm.expired' : 'form.lead')}</p>
      <form method="post" action="/newsletter" class="subscribe" id="form" novalidate>
        <input type="hidden" name="lang" value="${text.locale}" />
        ${article === null ? '' : html`<input type="hidden" name="article" value="${article}" />`}
        <div class="field">
          <label for="email">${t('form.email')}</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            dir="ltr"
            required
            maxlength="254"
            value="${email}"
            ${describedBy('email', problems)}
          />
          ${fieldProblem('email', problems)}
        </div>
        ${consentBox(view, problems)}
        <div class="actions"><button class="button" type="submit">${t('form.subscribe')}</button></div>
        <p class="quiet small">${t('form.how')}</p>
      </form>
      ${languageChoice(text, view.languages, 'form')}`,
  })
}

/** The box with the sentence that is kept as the consent. */
export function consentBox({ text, newsroomName }: Frame, problems: readonly FormProblem[] = []): Html {
  return html`${fieldProblem('agree', problems)}
    <label class="agree">
      <input
        type="checkbox"
        id="agree"
        name="agree"
        value="yes"
        autocomplete="off"
        required
        ${describedBy('agree', problems)}
      />
      <span>${consentTextIn(text, newsroomName).text}</span>
    </label>`
}

/** The same for every address, so that nobody learns from it who is subscribed. */
export function lookIntoMailbox(view: Frame): string {
  const t = view.text.newsletter
  return framed(view, {
    title: t('sent.title'),
    body: html`<p class="lead" role="status">${t('sent.lead')}</p>
      <p class="quiet">${t('sent.notThere')}</p>
      <p class="actions">
        <a class="button plain" href="/newsletter?lang=${view.text.locale}">${t('sent.again')}</a>
      </p>`,
  })
}

/** Behind the mailed link. Nothing is confirmed before the button is pressed: programs that look into mails open links. */
export function confirmPage(view: Frame & { readonly email: string; readonly path: string }): string {
  const { text, newsroomName: newsroom, email, path } = view
  const t = text.newsletter
  return framed(view, {
    title: t('confirm.title'),
    body: html`<p class="lead address">
        ${withMarkup(t, 'confirm.lead', { newsroom, email: html`<bdi>${email}</bdi>` })}
      </p>
      <form method="post" action="${path}">
        <button class="button" type="submit">${t('confirm.button')}</button>
      </form>`,
  })
}

export function confirmedPage(
  view: Frame & { readonly email: string; readonly article: string | null },
): string {
  const { text, newsroomName: newsroom, email, article } = view
  const t = text.newsletter
  return framed(view, {
    title: t('confirm.doneTitle'),
    body: html`<p class="lead address" role="status">
        ${withMarkup(t, 'confirm.done', { newsroom, email: html`<bdi>${email}</bdi>` })}
      </p>
      ${
        article === null
          ? ''
          : html`<p>
              <a class="button" href="${webUrl(article)}">${text.reader('thankYou.backToArticle')}</a>
            </p>`
      }`,
  })
}

export function unsubscribePage(view: Frame & { readonly path: string }): string {
  const t = view.text.newsletter
  return framed(view, {
    title: t('unsubscribe.title'),
    body: html`<p class="lead">${t('unsubscribe.lead', { newsroom: view.newsroomName })}</p>
      <form method="post" action="${view.path}">
        <button class="button" type="submit">${t('unsubscribe.button')}</button>
      </form>`,
  })
}

export function unsubscribedPage(view: Frame): string {
  const t = view.text.newsletter
  return framed(view, {
    title: t('unsubscribe.doneTitle'),
    body: html`<p class="lead" role="status">${t('unsubscribe.done', { newsroom: view.newsroomName })}</p>
      <p><a href="/newsletter?lang=${view.text.locale}">${t('unsubscribe.again')}</a></p>`,
  })
}

/** A link of which a part was lost, as mail programs break long lines. */
export function unknownLinkPage(view: Frame): string {
  const t = view.text.newsletter
  return framed(view, {
    title: t('unsubscribe.title'),
    body: html`<p class="lead">${t('unsubscribe.unknown')}</p>`,
  })
}

function framed(
  { text, newsroomName }: Frame,
  {
    title,
    headTitle = title,
    body,
  }: { readonly title: string; readonly headTitle?: string; readonly body: Html },
): string {
  return page({
    text,
    title: headTitle,
    newsroomName,
    styles: ['forms', 'newsletter'],
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<h1>${title}</h1>
      ${body}`,
  })
}
