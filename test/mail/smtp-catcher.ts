import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'

/** The server's answer to the next RCPT TO or DATA; null accepts the mail. */
export type Answer = {
  readonly at: 'rcpt' | 'data'
  readonly code: number
  /** The enhanced status code (RFC 3463) at the beginning of the text. */
  readonly status?: string
} | null

export type SmtpCatcher = {
  readonly url: string
  readonly mails: ParsedMail[]
  /** Answers for the next mails, in order; after the last one every mail is accepted. */
  answers: Answer[]
  close(): Promise<void>
}

function refusal({ code, status }: NonNullable<Answer>): Error {
  // Real servers quote the address, which must not reach a log.
  const text = `${status === undefined ? '' : `${status} `}<reader@mail.example>: no`
  return Object.assign(new Error(text), { responseCode: code })
}

/** An SMTP server on a free port that collects the mails it accepts. */
export async function startSmtpCatcher(): Promise<SmtpCatcher> {
  const mails: ParsedMail[] = []
  const catcher = { mails, answers: [] as Answer[] }
  async function take(stream: SMTPServerDataStream): Promise<Error | null> {
    const mail = await simpleParser(stream)
    const answer = catcher.answers.shift() ?? null
    if (answer !== null) return refusal(answer)
    mails.push(mail)
    return null
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo(_address, _session, done) {
      const answer = catcher.answers[0] ?? null
      if (answer?.at !== 'rcpt') return done()
      catcher.answers.shift()
      return done(refusal(answer))
    },
    onData(stream, _session, done) {
      void take(stream).then((refused) => setImmediate(done, refused))
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo // a listening TCP server always has one
  return Object.assign(catcher, {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}
