import { html } from 'hono/html'
import type pg from 'pg'
import { inTransaction } from '../../db/database.ts'
import { mintDonorLink } from '../../donors/donor-link-store.ts'
import { messagesOfDay, readerMessage } from '../../donors/messages/reader-message-store.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { OutboxMessage } from '../../outbox/outbox.ts'
import { dateFormat } from '../../text/date-format.ts'
import type { ReaderLanguages } from '../../text/languages.ts'
import { readerTexts, textFor } from '../../text/text.ts'
import { mailButton, mailDocument, mailParagraph, mailQuote } from './mail-frame.ts'
import { isUsableAddress, oneLine, type Mail } from '../mail.ts'
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
  { pool, publicUrl, newsroom, logoUrl }: Deps,
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
  const body = html`${mailParagraph(lead)} ${mailQuote(asked.text)}
  ${mailButton({ words: link, url }, staffText)}`
  const letterhead = { name: mailbox.name, address: null, logoUrl }
  return {
    from: mailbox,
    to: mailbox,
    ...(isUsableAddress(address) ? { replyTo: { name: '', address } } : {}),
    subject: oneLine(
      isQuestion ? t('readerMessage.subject', { who }) : t('readerMessage.subject_message', { who }),
    ),
    text: [lead, asked.text, `${link}:\n${url}`].join('\n\n'),
    html: mailDocument({ text: staffText, title: t('readerMessage.title'), letterhead, body }),
    messageId,
  }
}

/** More than these would be no e-mail that one reads; the page has all of them. */
const MESSAGES_IN_A_DIGEST = 50

/** What donors wrote on a day, to the newsroom's own address. */
export async function composeMessageDigest(
  { pool, publicUrl, newsroom, logoUrl }: Deps,
  { subject: day }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const asked = { day, timezone: newsroom.timezone, limit: MESSAGES_IN_A_DIGEST }
  const { messages, count } = await messagesOfDay(pool, asked)
  if (messages.length === 0) return null
  const t = staffText.mail
  const mailbox = { name: oneLine(newsroom.name), address: newsroom.email }
  const dayInWords = dateFormat(staffText.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )
  const subject = t('messageDigest.subject', { count, day: dayInWords })
  const lead = t('messageDigest.lead', { newsroom: mailbox.name, day: dayInWords })
  const parts = messages.map(({ source, donorName, donorEmail, text }) => {
    const address = donorEmail ?? ''
    const values = { who: oneLine(donorName ?? address), address }
    return {
      who: source === 'my' ? t('messageDigest.question', values) : t('messageDigest.who', values),
      text,
    }
  })
  const more = count - messages.length
  const rest = more > 0 ? [t('messageDigest.more', { count: more })] : []
  const button = { words: t('readerMessage.link'), url: `${publicUrl}/finance/messages` }
  const body = html`${mailParagraph(lead)}
  ${parts.map(({ who, text }) => html`${mailParagraph(who)} ${mailQuote(text)}`)} ${rest.map(mailParagraph)}
  ${mailButton(button, staffText)}`
  const letterhead = { name: mailbox.name, address: null, logoUrl }
  return {
    from: mailbox,
    to: mailbox,
    subject: oneLine(subject),
    text: [
      lead,
      ...parts.flatMap(({ who, text }) => [who, text]),
      ...rest,
      `${button.words}:\n${button.url}`,
    ].join('\n\n'),
    html: mailDocument({ text: staffText, title: subject, letterhead, body }),
    messageId,
  }
}
