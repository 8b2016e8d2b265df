import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'

/** Each opens the reader's own program with the link in it. Nothing of these services is loaded into the page. */
const SERVICES = [
  ['whatsapp', 'https://wa.me/?text='],
  ['facebook', 'https://www.facebook.com/sharer/sharer.php?u='],
  ['bluesky', 'https://bsky.app/intent/compose?text='],
] as const

/**
 * Sharing an article. Without scripts there are plain links; `assets/share.js` shows one button in their place where the
 * device has a sharing sheet of its own.
 */
export function shareBlock(text: Text, article: { readonly url: string; readonly title?: string }): Html {
  const t = text.reader
  const whole = article.title ? `${article.title} ${article.url}` : article.url
  const mail = new URLSearchParams({ subject: article.title ?? '', body: article.url })
  // Mail programs take a plus sign as it is (RFC 6068, section 5).
  const mailUrl = `mailto:?${String(mail).replaceAll('+', '%20')}`
  return html`<section class="share">
    <h2>${t('share.heading')}</h2>
    <button
      class="button quiet-button"
      type="button"
      hidden
      data-share-url="${article.url}"
      data-share-title="${article.title ?? ''}"
    >
      ${t('share.button')}
    </button>
    <ul class="links" data-share-links>
      <li><a href="${mailUrl}">${t('share.mail')}</a></li>
      ${SERVICES.map(
        ([name, address]) =>
          html`<li>
            <a
              href="${address + encodeURIComponent(name === 'facebook' ? article.url : whole)}"
              rel="noopener"
              >${t(`share.${name}`)}</a
            >
          </li>`,
      )}
    </ul>
  </section>`
}
