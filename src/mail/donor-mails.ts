import { html } from 'hono/html'
import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { mintDonorLink } from '../donors/donor-link-store.ts'
import { readerMessage } from '../donors/reader-message-store.ts'
import { markupText } from '../html/layout.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import { readerTexts, textFor } from '../text/text.ts'
import { isUsableAddress, oneLine, type Mail } from './mail.ts'
import { noticeMail } from './notice-mail.ts'

type Deps = {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  readonly languages: ReaderLanguages
  readonly logoUrl: string | null
}

/**
 * The link to a donor's own page. It is made only now, so that the database never holds a usable one, and only for an
 * address that has given: nothing earlier depends on that.
 */
export async function composeDonorLink(
  { pool, clock, publicUrl, newsroom, languages, logoUrl }: Deps,
  { subject: requestId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const link = await inTransaction(pool, (tx) => mintDonorLink(tx, requestId, clock()))
  if (!link) return null
  const text = readerTexts(languages)(link.locale)
  const t = text.my
  const notice = {
    subject: t('mail.subject', { newsroom: newsroom.name }),
    before: [t('mail.lead')],
    button: { words: t('mail.button'), url: `${publicUrl}/my/${link.token}` },
    after: [t('mail.notAsked')],
  }
  return noticeMail(notice, { newsroom, to: link.to, donorName: link.donorName, messageId, text, logoUrl })
}

/** The words of mails to staff. */
const staffText = textFor('en')

/** What a donor wrote, to the newsroom's own address. Whoever answers the mail writes to the donor. */
export async function composeReaderMessage(
  { pool, publicUrl, newsroom }: Deps,
  { subject: id }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const asked = await readerMessage(pool, id)
  if (!asked || asked.text === '') return null
  const t = staffText.mail
  const mailbox = { name: oneLine(newsroom.name), address: newsroom.email }
  const address = asked.donorEmail ?? ''
  const who = oneLine(asked.donorName ?? address)
  const isQuestion = asked.source === 'my'
  const lead = isQuestion
    ? t('readerMessage.lead', { who, address })
    : t('readerMessage.lead_message', { who, address })
  const link = t('readerMessage.link')
  const url = `${publicUrl}/finance/messages`
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${t('readerMessage.title')}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${lead}</p>
        <blockquote
          style="margin:0 0 16px;padding:0 16px;border-inline-start:4px solid #0f5f4a;white-space:pre-wrap"
          dir="auto"
        >
          ${asked.text}
        </blockquote>
        <p><a href="${url}">${link}</a></p>
      </body>
    </html>`
  return {
    from: mailbox,
    to: mailbox,
    ...(isUsableAddress(address) ? { replyTo: { name: '', address } } : {}),
    subject: oneLine(
      isQuestion ? t('readerMessage.subject', { who }) : t('readerMessage.subject_message', { who }),
    ),
    text: [lead, asked.text, `${link}:\n${url}`].join('\n\n'),
    html: markupText(markup),
    messageId,
  }
}
