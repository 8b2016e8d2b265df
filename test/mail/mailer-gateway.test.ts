import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMailer } from '../../src/mail/mailer-gateway.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { aMail } from './mail-sample.ts'
import { startSmtpCatcher, type SmtpCatcher } from './smtp-catcher.ts'

let smtp: SmtpCatcher
let mailer: Mailer

beforeEach(async () => {
  smtp = await startSmtpCatcher()
  mailer = openMailer(smtp.url)
})
afterEach(async () => {
  mailer.close()
  await smtp.close()
})

describe('the mailer', () => {
  it('delivers the mail with its fields unchanged', async () => {
    expect(await mailer.send(aMail())).toEqual({ outcome: 'sent' })
    const [mail] = smtp.mails
    expect(mail?.subject).toBe('Thank you – Дмитрий')
    expect(mail?.text).toContain('ünïcode')
    expect(mail?.html).toContain('<p>Words')
    expect(mail?.messageId).toBe('<receipt.2026-000123@news.example>')
    expect(mail?.from?.value).toEqual([{ name: 'The Harbour Post', address: 'giving@harbour.example' }])
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
  })

  it('sends no header that hides in a subject or a name', async () => {
    await mailer.send(
      aMail({
        subject: 'Hello\r\nBcc: victim@mail.example',
        from: { name: 'Post\r\nBcc: victim@mail.example', address: 'giving@harbour.example' },
      }),
    )
    expect(smtp.mails).toHaveLength(1)
    expect(smtp.mails[0]?.headers.has('bcc')).toBe(false)
  })

  it('mails one person, whatever a name says', async () => {
    const to = {
      name: 'Ann" <victim@mail.example>, Bob <other@mail.example>',
      address: 'reader@mail.example',
    }
    await mailer.send(aMail({ to }))
    expect(smtp.mails.map((mail) => [mail.to].flat().flatMap((list) => list?.value ?? []))).toEqual([[to]])
  })

  it.each(['reader@mail.example, other@mail.example', 'reader@mail.example>\r\nRCPT TO:<other@mail.example'])(
    'refuses the address "%s" before it connects to the server',
    async (address) => {
      expect(await mailer.send(aMail({ to: { name: '', address } }))).toMatchObject({ outcome: 'permanent' })
      expect(smtp.mails).toHaveLength(0)
    },
  )

  it.each([
    [{ at: 'rcpt', code: 550, status: '5.1.1' }, 'permanent'],
    [{ at: 'rcpt', code: 553, status: '5.1.3' }, 'permanent'],
    [{ at: 'rcpt', code: 550 }, 'doubtful'],
    [{ at: 'rcpt', code: 550, status: '5.4.5' }, 'temporary'],
    [{ at: 'data', code: 554 }, 'temporary'],
    [{ at: 'data', code: 550, status: '5.7.1' }, 'temporary'],
    [{ at: 'rcpt', code: 450 }, 'temporary'],
    [{ at: 'data', code: 452 }, 'temporary'],
  ] as const)('treats the answer %o as %s, and returns it without the address', async (answer, outcome) => {
    smtp.answers = [answer]
    const result = await mailer.send(aMail())
    expect(result).toMatchObject({ outcome, reason: expect.stringContaining(String(answer.code)) })
    expect(JSON.stringify(result)).not.toContain('mail.example')
    expect(await mailer.send(aMail())).toEqual({ outcome: 'sent' })
  })

  it('treats a refused connection as temporary', async () => {
    const unreachable = openMailer('smtp://127.0.0.1:1')
    expect(await unreachable.send(aMail())).toMatchObject({ outcome: 'temporary' })
    unreachable.close()
  })

  it('treats a refused password as temporary, because it concerns every mail', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.write('220 here\r\n')
      socket.on('data', (data) => {
        if (data.toString().startsWith('EHLO')) socket.write('250-here\r\n250 AUTH PLAIN\r\n')
        else socket.write('535 5.7.8 wrong password for u\r\n')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // a listening TCP server always has one
    const refused = openMailer(`smtp://u:secret@127.0.0.1:${port}`)
    const result = await refused.send(aMail())
    expect(result).toMatchObject({ outcome: 'temporary', reason: expect.stringContaining('535') })
    expect(JSON.stringify(result)).not.toContain('secret')
    refused.close()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
})
