import { html } from 'hono/html'
import type { Text } from '../../text/text.ts'
import { mailButton, mailDocument, mailParagraph, mailSmallPrint } from './mail-frame.ts'
import { oneLine, type Mail, type Mailbox } from '../mail.ts'

/** The mail to somebody who may sign in from now on. It holds no secret: they ask for a link on the page. */
export function welcomeMail(
  welcome: {
    /** The newsroom's mailbox, by which staff recognise the mail. */
    readonly from: Mailbox
    readonly to: string
    /** The page on which a link is asked for: absolute. */
    readonly url: string
    readonly messageId: string
    readonly logoUrl: string | null
  },
  text: Text,
): Mail {
  const { from, to, url, messageId, logoUrl } = welcome
  const t = text.mail
  const newsroom = oneLine(from.name)
  const lead = t('welcome.lead', { newsroom, email: to })
  const how = t('welcome.how')
  const unexpected = t('welcome.unexpected')
  const body = html`${mailParagraph(lead)} ${mailButton({ words: t('welcome.title'), url }, text)}
  ${mailParagraph(how)} ${mailSmallPrint(unexpected)}`
  const letterhead = { name: newsroom, address: null, logoUrl }
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('welcome.subject', { newsroom })),
    text: [`${lead}\n${url}`, how, unexpected].join('\n\n'),
    html: mailDocument({ text, title: t('welcome.title'), letterhead, body }),
    messageId,
  }
}
