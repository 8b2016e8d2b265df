import { html } from 'hono/html'
import type pg from 'pg'
import { reminderToMail } from '../../checkout/reminder-store.ts'
import type { Keyring } from '../../config/keyring.ts'
import { newsletterLinks } from '../../newsletter/newsletter-link.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { OutboxMessage } from '../../outbox/outbox.ts'
import type { ReaderLanguages } from '../../text/languages.ts'
import { readerTexts } from '../../text/text.ts'
import { greeting } from './greeting.ts'
import { mailButton, mailDocument, mailLink, mailParagraph, mailSmallPrint } from './mail-frame.ts'
import { oneLine, type Mail } from '../mail.ts'

/** The one reminder of an unfinished gift, to a reader who asked for it. Whether it is still wanted is asked only now. */
export async function composeCheckoutReminder(
  deps: {
    readonly pool: pg.Pool
    readonly publicUrl: string
    readonly newsroom: NewsroomProfile
    readonly languages: ReaderLanguages
    readonly logoUrl: string | null
    readonly keys: Pick<Keyring, 'newsletterLinks'>
  },
  { subject: checkoutId }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const { publicUrl, newsroom, logoUrl } = deps
  const reminder = await reminderToMail(deps.pool, checkoutId)
  if (!reminder) return null
  const text = readerTexts(deps.languages)(reminder.language)
  const t = text.reminder
  const name = oneLine(newsroom.name)
  const mailbox = { name, address: newsroom.email }
  const unsubscribeUrl = `${publicUrl}/reminders/stop/${newsletterLinks(deps.keys.newsletterLinks).tokenFor('reminder', checkoutId)}`
  const subject = t('mail.subject', { newsroom: name })
  const before = [greeting(null, text), t('mail.lead', { newsroom: name })]
  const button = { words: t('mail.button'), url: `${publicUrl}/donate?again=${checkoutId}` }
  const once = t('mail.once')
  const body = html`${before.map(mailParagraph)} ${mailButton(button, text)} ${mailParagraph(once)}
  ${mailSmallPrint(mailLink(unsubscribeUrl, t('mail.stop')))}`
  const letterhead = { name, address: newsroom.address, logoUrl }
  return {
    from: mailbox,
    to: { name: '', address: reminder.email },
    replyTo: mailbox,
    subject: oneLine(subject),
    text: [
      ...before,
      `${button.words}:\n${button.url}`,
      once,
      `${t('mail.stop')}:\n${unsubscribeUrl}`,
      `${name}\n${newsroom.address}`,
    ].join('\n\n'),
    html: mailDocument({ text, title: subject, letterhead, body }),
    messageId,
    unsubscribeUrl,
  }
}
