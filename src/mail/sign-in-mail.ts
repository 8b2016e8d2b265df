import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import { oneLine, type Mail, type Mailbox } from './mail.ts'

export type SignIn = {
  /** The newsroom: staff know the mail by it. */
  readonly from: Mailbox
  readonly to: string
  /** Absolute; opens the door once. */
  readonly url: string
  readonly validMinutes: number
  readonly messageId: string
}

/** The link that signs a member of staff in. */
export function signInMail({ from, to, url, validMinutes, messageId }: SignIn): Mail {
  const newsroom = oneLine(from.name)
  const lead = `Here is your link to the donations pages of ${newsroom}:`
  const validity = `It works once, and for ${validMinutes} minutes.`
  const unasked = 'If you did not ask for it, you can ignore this mail: without the link nobody gets in.'
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Sign in</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${lead}</p>
        <p><a href="${url}">Sign in</a></p>
        <p>${validity}</p>
        <p style="color:#5c5852">${unasked}</p>
      </body>
    </html>`
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(`Sign in to the donations of ${newsroom}`),
    text: [`${lead}\n${url}`, validity, unasked].join('\n\n'),
    html: markupText(markup),
    messageId,
  }
}
