import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import type { Text } from '../text/text.ts'
import { oneLine, type Mail, type Mailbox } from './mail.ts'

/** The mail to somebody who may sign in from now on. It holds no secret: they ask for a link on the page. */
export function welcomeMail(
  welcome: {
    /** The newsroom's mailbox, by which staff recognise the mail. */
    readonly from: Mailbox
    readonly to: string
    /** The page on which a link is asked for: absolute. */
    readonly url: string
    readonly messageId: string
  },
  text: Text,
): Mail {
  const { from, to, url, messageId } = welcome
  const t = text.mail
  const newsroom = oneLine(from.name)
  const lead = t('welcome.lead', { newsroom, email: to })
  const how = t('welcome.how')
  const unexpected = t('welcome.unexpected')
  const markup = html`<!doctype html>
    <html lang="${text.language}" dir="${text.direction}">
      <head>
        <meta charset="utf-8" />
        <title>${t('welcome.title')}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${lead}</p>
        <p><a href="${url}">${t('welcome.title')}</a></p>
        <p>${how}</p>
        <p style="color:#5c5852">${unexpected}</p>
      </body>
    </html>`
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('welcome.subject', { newsroom })),
    text: [`${lead}\n${url}`, how, unexpected].join('\n\n'),
    html: markupText(markup),
    messageId,
  }
}
