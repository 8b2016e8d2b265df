import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { Text } from '../text/text.ts'
import { greeting } from './greeting.ts'
import { oneLine, type Mail } from './mail.ts'

/** A short mail to a donor: some sentences, one thing to do, and who writes. */
export type Notice = {
  readonly subject: string
  /** Whole sentences, in their order. The button stands below them. */
  readonly before: readonly string[]
  readonly button: { readonly words: string; readonly url: string }
  readonly after: readonly string[]
}

/** @param to the donor's address */
export function noticeMail(
  notice: Notice,
  {
    newsroom,
    to,
    donorName,
    messageId,
    text,
  }: {
    readonly newsroom: Pick<NewsroomProfile, 'name' | 'address' | 'email'>
    readonly to: string
    readonly donorName: string | null
    readonly messageId: string
    readonly text: Text
  },
): Mail {
  const { subject, button } = notice
  const name = oneLine(newsroom.name)
  const mailbox = { name, address: newsroom.email }
  const before = [greeting(donorName, text), ...notice.before.map(oneParagraph)]
  const after = notice.after.map(oneParagraph)
  const address = oneLine(newsroom.address.replace(/\s*\n\s*/g, ', '))
  const markup = html`<!doctype html>
    <html lang="${text.language}" dir="${text.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${oneLine(subject)}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <div style="max-width:36em;margin:0 auto">
          ${before.map((words) => html`<p style="margin:0 0 16px">${words}</p>`)}
          <p style="margin:24px 0">
            <a
              href="${button.url}"
              style="display:inline-block;padding:12px 24px;border-radius:6px;background:#0f5f4a;color:#ffffff;font-weight:bold;text-decoration:none"
              >${button.words}</a
            >
          </p>
          ${after.map((words) => html`<p style="margin:0 0 16px">${words}</p>`)}
          <p style="margin:24px 0 0;color:#5c5852">${name}<br />${address}</p>
        </div>
      </body>
    </html>`
  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject: oneLine(subject),
    text: [...before, `${button.words}:\n${button.url}`, ...after, `${name}\n${newsroom.address}`].join(
      '\n\n',
    ),
    html: markupText(markup),
    messageId,
  }
}

/** Names and titles among the words come from outside: they bring no line of their own. */
function oneParagraph(words: string): string {
  return words.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}
