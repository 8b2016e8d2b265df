import { html } from 'hono/html'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { Text } from '../../text/text.ts'
import { greeting } from './greeting.ts'
import { mailButton, mailDocument, mailParagraph } from './mail-frame.ts'
import { oneLine, type Mail } from '../mail.ts'

/** A short mail to a donor: some sentences, one thing to do, and who writes. */
export type Notice = {
  readonly subject: string
  /** Whole sentences, in their order. The button stands below them. */
  readonly before: readonly string[]
  readonly button: { readonly words: string; readonly url: string }
  readonly after: readonly string[]
}

/** @param to the donor's address */
export function noticeMail(
  notice: Notice,
  {
    newsroom,
    to,
    donorName,
    messageId,
    text,
    logoUrl,
  }: {
    readonly newsroom: Pick<NewsroomProfile, 'name' | 'address' | 'email'>
    readonly to: string
    readonly donorName: string | null
    readonly messageId: string
    readonly text: Text
    readonly logoUrl: string | null
  },
): Mail {
  const { subject, button } = notice
  const name = oneLine(newsroom.name)
  const mailbox = { name, address: newsroom.email }
  const before = [greeting(donorName, text), ...notice.before.map(oneParagraph)]
  const after = notice.after.map(oneParagraph)
  const body = html`${before.map(mailParagraph)} ${mailButton(button, text)} ${after.map(mailParagraph)}`
  const letterhead = { name, address: newsroom.address, logoUrl }
  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject: oneLine(subject),
    text: [...before, `${button.words}:\n${button.url}`, ...after, `${name}\n${newsroom.address}`].join(
      '\n\n',
    ),
    html: mailDocument({ text, title: subject, letterhead, body }),
    messageId,
  }
}

/** Names and titles among the words come from outside: they bring no line of their own. */
function oneParagraph(words: string): string {
  return words.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}
