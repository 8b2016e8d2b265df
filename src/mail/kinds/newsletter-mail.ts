import { html } from 'hono/html'
import type pg from 'pg'
import type { Keyring } from '../../config/keyring.ts'
import { inTransaction } from '../../db/database.ts'
import { requestToMail } from '../../newsletter/consent-store.ts'
import { confirmUrl, newsletterLinks, unsubscribeUrl } from '../../newsletter/newsletter-link.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { OutboxMessage } from '../../outbox/outbox.ts'
import type { ReaderLanguages } from '../../text/languages.ts'
import { readerTexts, type Text } from '../../text/text.ts'
import { greeting } from './greeting.ts'
import { mailButton, mailDocument, mailLink, mailParagraph, mailSmallPrint } from './mail-frame.ts'
import { oneLine, type Mail } from '../mail.ts'

type Letter = {
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'address' | 'email'>
  readonly to: string
  readonly messageId: string
  readonly text: Text
  readonly logoUrl: string | null
  /** Where the reader confirms; null: the address gets the newsletter already. */
  readonly confirmUrl: string | null
  readonly unsubscribeUrl: string
}

/**
 * To an address that was entered for the newsletter: the link that confirms it, or, where it is subscribed, that nothing changes.
 * Either mail can be refused for good by one press (RFC 8058).
 */
export async function composeNewsletterConfirmation(
  deps: {
    readonly pool: pg.Pool
    readonly clock: () => Date
    readonly publicUrl: string
    readonly newsroom: NewsroomProfile
    readonly languages: ReaderLanguages
    readonly logoUrl: string | null
    readonly keys: Pick<Keyring, 'newsletterLinks'>
  },
  { subject: id }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const { pool, clock, publicUrl, newsroom, languages, logoUrl } = deps
  const asked = await inTransaction(pool, (tx) => requestToMail(tx, id, clock()))
  if (!asked) return null
  const { consent, inForce } = asked
  const links = newsletterLinks(deps.keys.newsletterLinks)
  return newsletterMail({
    newsroom,
    to: consent.email,
    messageId,
    text: readerTexts(languages)(consent.language),
    logoUrl,
    confirmUrl: inForce ? null : confirmUrl(publicUrl, links, consent.id),
    unsubscribeUrl: unsubscribeUrl(publicUrl, links, (inForce ?? consent).id),
  })
}

function newsletterMail({ newsroom, to, messageId, text, logoUrl, ...urls }: Letter): Mail {
  const t = text.newsletter
  const name = oneLine(newsroom.name)
  const mailbox = { name, address: newsroom.email }
  const isNew = urls.confirmUrl !== null
  const subject = t(isNew ? 'mail.subject' : 'mail.alreadySubject', { newsroom: name })
  const before = [greeting(null, text), t(isNew ? 'mail.lead' : 'mail.already', { newsroom: name })]
  const after = isNew ? [t('mail.valid'), t('mail.notAsked')] : []
  const button = urls.confirmUrl === null ? null : { words: t('mail.button'), url: urls.confirmUrl }
  const stop = t('unsubscribe.button')
  const body = html`${before.map(mailParagraph)} ${button === null ? '' : mailButton(button, text)}
  ${after.map(mailParagraph)}
  ${mailSmallPrint(html`${isNew ? '' : html`${t('mail.stop')} `}${mailLink(urls.unsubscribeUrl, stop)}`)}`
  const letterhead = { name, address: newsroom.address, logoUrl }
  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject: oneLine(subject),
    text: [
      ...before,
      ...(button === null ? [] : [`${button.words}:\n${button.url}`]),
      ...after,
      `${stop}:\n${urls.unsubscribeUrl}`,
      `${name}\n${newsroom.address}`,
    ].join('\n\n'),
    html: mailDocument({ text, title: subject, letterhead, body }),
    messageId,
    unsubscribeUrl: urls.unsubscribeUrl,
  }
}
