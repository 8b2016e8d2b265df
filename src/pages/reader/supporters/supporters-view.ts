import { html } from 'hono/html'
import type { SupporterWords } from '../../../donors/supporters/supporter-entry.ts'
import { page, webUrl } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

/** The public list of supporters. */
export type SupportersView = {
  readonly text: Text
  readonly newsroomName: string
  /** Where a reader gives: absolute. */
  readonly giveUrl: string
  /** Those that staff have approved, the latest first. */
  readonly entries: readonly SupporterWords[]
}

/** What `<reader-supporters>` shows, in words of the reader's language; `src/widget/browser/supporters.ts` reads it. */
export function supportersData({ text, newsroomName: newsroom, giveUrl, entries }: SupportersView) {
  const t = text.supporters
  return {
    lang: text.language,
    dir: text.direction,
    title: t('list.title', { newsroom }),
    none: entries.length === 0 ? t('list.none') : null,
    supporters: entries.map(({ name: given, town, message }) => {
      const name = given ?? t('list.anonymous')
      return { name: town === null ? name : t('list.nameOfTown', { name, town }), message }
    }),
    give: t('list.give', { newsroom }),
    url: giveUrl,
  }
}

/** The list as a page, for readers without scripts. */
export function supportersPage(view: SupportersView): string {
  const { title, none, supporters, give, url } = supportersData(view)
  return page({
    text: view.text,
    title,
    newsroomName: view.newsroomName,
    styles: ['reader', 'supporters'],
    body: html`<h1>${title}</h1>
      ${none === null ? '' : html`<p class="quiet">${none}</p>`}
      <ul class="supporters">
        ${supporters.map(
          ({ name, message }) =>
            html`<li>
              <p><strong dir="auto">${name}</strong></p>
              ${message === null ? '' : html`<blockquote dir="auto">${message}</blockquote>`}
            </li>`,
        )}
      </ul>
      <p><a class="button" href="${webUrl(url)}">${give}</a></p>`,
  })
}
