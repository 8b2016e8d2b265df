import { html } from 'hono/html'
import type { Text } from '../../text/text.ts'
import { mailButton, mailDocument, mailParagraph, mailSmallPrint } from './mail-frame.ts'
import { oneLine, type Mail, type Mailbox } from '../mail.ts'

export type SignIn = {
  /** The newsroom's mailbox, by which staff recognise the mail. */
  readonly from: Mailbox
  readonly to: string
  /** The sign-in link: absolute, and good for one use. */
  readonly url: string
  readonly validMinutes: number
  readonly messageId: string
  readonly logoUrl: string | null
}

/** The mail with the link that signs a member of staff in. */
export function signInMail({ from, to, url, validMinutes, messageId, logoUrl }: SignIn, text: Text): Mail {
  const t = text.mail
  const newsroom = oneLine(from.name)
  const lead = t('signIn.link', { newsroom })
  const validity = t('signIn.validity', { minutes: validMinutes })
  const unasked = t('signIn.unasked')
  const body = html`${mailParagraph(lead)} ${mailButton({ words: t('signIn.title'), url }, text)}
  ${mailParagraph(validity)} ${mailSmallPrint(unasked)}`
  const letterhead = { name: newsroom, address: null, logoUrl }
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('signIn.subject', { newsroom })),
    text: [`${lead}\n${url}`, validity, unasked].join('\n\n'),
    html: mailDocument({ text, title: t('signIn.title'), letterhead, body }),
    messageId,
  }
}
