import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import type { Text } from '../text/text.ts'
import { oneLine, type Mail, type Mailbox } from './mail.ts'

export type SignIn = {
  /** The newsroom's mailbox, by which staff recognise the mail. */
  readonly from: Mailbox
  readonly to: string
  /** The sign-in link: absolute, and good for one use. */
  readonly url: string
  readonly validMinutes: number
  readonly messageId: string
}

/** The mail with the link that signs a member of staff in. */
export function signInMail({ from, to, url, validMinutes, messageId }: SignIn, text: Text): Mail {
  const t = text.mail
  const newsroom = oneLine(from.name)
  const lead = t('signIn.link', { newsroom })
  const validity = t('signIn.validity', { minutes: validMinutes })
  const unasked = t('signIn.unasked')
  const markup = html`<!doctype html>
    <html lang="${text.language}" dir="${text.direction}">
      <head>
        <meta charset="utf-8" />
        <title>${t('signIn.title')}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${lead}</p>
        <p><a href="${url}">${t('signIn.title')}</a></p>
        <p>${validity}</p>
        <p style="color:#5c5852">${unasked}</p>
      </body>
    </html>`
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('signIn.subject', { newsroom })),
    text: [`${lead}\n${url}`, validity, unasked].join('\n\n'),
    html: markupText(markup),
    messageId,
  }
}
