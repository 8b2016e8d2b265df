import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Dice } from '../../rehearsal/script/dice.ts'

export type ReceivedMail = { readonly to: string; readonly messageId: string }

/** A process's own mail server. Everything that it has accepted counts, answered or not. */
export type FaultyMail = {
  readonly url: string
  /** Called when a mail was accepted, which is then never answered. */
  onAccepted: (() => void) | null
  /** How many accepted mails were never answered. */
  readonly unanswered: () => number
  behave(): void
  close(): Promise<void>
}

export async function faultyMail(received: ReceivedMail[], dice: Dice): Promise<FaultyMail> {
  let isFaulty = true
  let unanswered = 0
  /** @returns what the sender is answered; `none`: nothing, although the mail was accepted */
  const take = async (stream: SMTPServerDataStream): Promise<Error | null | 'none'> => {
    const mail = await simpleParser(stream).catch(() => null)
    if (mail === null) return 'none' // the sender was killed while it sent
    const throwOf = isFaulty ? dice.int(0, 99) : 99
    if (throwOf < 3) return Object.assign(new Error('later'), { responseCode: 451 })
    const to = [mail.to].flat().flatMap((one) => one?.value.map(({ address }) => address ?? '') ?? [])
    received.push({ to: to.join(), messageId: mail.messageId ?? '' })
    const isWaitedFor = mailServer.onAccepted !== null
    mailServer.onAccepted?.()
    if (throwOf >= 4 && !isWaitedFor) return null
    unanswered += 1
    return 'none'
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      const answer = async (): Promise<void> => {
        const answered = await take(stream)
        if (answered !== 'none') setImmediate(done, answered)
      }
      void answer()
    },
  })
  server.on('error', () => undefined) // a process that is killed breaks its connections
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo // listening on TCP
  const mailServer: FaultyMail = {
    url: `smtp://127.0.0.1:${port}`,
    onAccepted: null,
    unanswered: () => unanswered,
    behave: () => void (isFaulty = false),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  return mailServer
}
