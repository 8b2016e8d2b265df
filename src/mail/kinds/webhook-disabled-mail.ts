import { html } from 'hono/html'
import type { DisabledReason } from '../../integrations/webhooks/endpoint.ts'
import type { Text } from '../../text/text.ts'
import { mailButton, mailDocument, mailParagraph } from './mail-frame.ts'
import { oneLine, type Mail, type Mailbox } from '../mail.ts'

/** Tells an admin that other systems are not notified of gifts any more. It names the endpoint's host alone: its address may be a secret. */
export function webhookDisabledMail(
  notice: {
    /** The newsroom's mailbox. */
    readonly from: Mailbox
    readonly to: string
    readonly host: string
    readonly because: DisabledReason
    /** The endpoint's page: absolute. */
    readonly url: string
    readonly messageId: string
    readonly logoUrl: string | null
  },
  text: Text,
): Mail {
  const { from, to, host, because, url, messageId, logoUrl } = notice
  const t = text.mail
  const newsroom = oneLine(from.name)
  const paragraphs = [t('webhookDisabled.lead', { host }), t(`webhookDisabled.because.${because}`)]
  const what = t('webhookDisabled.what')
  const title = t('webhookDisabled.title')
  const body = html`${paragraphs.map(mailParagraph)} ${mailButton({ words: title, url }, text)}
  ${mailParagraph(what)}`
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('webhookDisabled.subject', { host, newsroom })),
    text: [...paragraphs, `${title}:\n${url}`, what].join('\n\n'),
    html: mailDocument({ text, title, letterhead: { name: newsroom, address: null, logoUrl }, body }),
    messageId,
  }
}
