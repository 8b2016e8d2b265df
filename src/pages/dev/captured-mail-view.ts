import { html } from 'hono/html'
import { page, type Html } from '../../html/layout.ts'
import { textFor } from '../../text/text.ts'
import type { CapturedMail, ListedMail } from '../../mail/captured-mail.ts'

export function capturedMailsPage(mails: readonly ListedMail[], newsroomName: string): string {
  const items = mails.map(
    ({ name, at, mail }) =>
      html`<li>
        <a href="/dev/mail/${encodeURIComponent(name)}">${mail.subject}</a>
        <span class="quiet"
          >to ${mail.to}, <time datetime="${at.toISOString()}">${at.toISOString()}</time></span
        >
      </li>`,
  )
  return page({
    text: textFor('en'),
    title: 'Captured mail',
    newsroomName,
    body: html`<h1>Captured mail</h1>
      <p>No mail server is set up (<code>SMTP_URL</code>), so mail is captured here instead of being sent.</p>
      ${
        mails.length === 0
          ? html`<p class="quiet">There is none yet.</p>`
          : html`<ul>
              ${items}
            </ul>`
      }`,
  })
}

export function capturedMailPage(name: string, mail: CapturedMail, newsroomName: string): string {
  const address = `/dev/mail/${encodeURIComponent(name)}`
  return page({
    text: textFor('en'),
    title: mail.subject,
    newsroomName,
    body: html`<p><a href="/dev/mail">All captured mail</a></p>
      <h1>${mail.subject}</h1>
      <p class="quiet">From ${mail.from} to ${mail.to}</p>
      ${mail.text.split(/\n{2,}/).map((paragraph) => html`<p>${lines(paragraph)}</p>`)}
      <p class="actions">
        <a class="button plain" href="${address}/html">As the mail program shows it</a>
        <a class="button plain" href="${address}/eml">The whole message (.eml)</a>
      </p>`,
  })
}

function lines(paragraph: string): Html[] {
  return paragraph
    .split('\n')
    .map((line, index) => html`${index === 0 ? '' : html`<br />`}${withLinks(line)}`)
}

function withLinks(line: string): (Html | string)[] {
  return line
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part))
}
