import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import type { DisabledReason } from '../integrations/webhooks/endpoint.ts'
import type { Text } from '../text/text.ts'
import { oneLine, type Mail, type Mailbox } from './mail.ts'

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
  },
  text: Text,
): Mail {
  const { from, to, host, because, url, messageId } = notice
  const t = text.mail
  const newsroom = oneLine(from.name)
  const paragraphs = [t('webhookDisabled.lead', { host }), t(`webhookDisabled.because.${because}`)]
  const what = t('webhookDisabled.what')
  const markup = html`<!doctype html>
    <html lang="${text.language}" dir="${text.direction}">
      <head>
        <meta charset="utf-8" />
        <title>${t('webhookDisabled.title')}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
        <p><a href="${url}">${t('webhookDisabled.title')}</a></p>
        <p>${what}</p>
      </body>
    </html>`
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('webhookDisabled.subject', { host, newsroom })),
    text: [...paragraphs, `${t('webhookDisabled.title')}: ${url}`, what].join('\n\n'),
    html: markupText(markup),
    messageId,
  }
}
