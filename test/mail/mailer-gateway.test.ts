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
  it('delivers what was written', async () => {
    expect(await mailer.send(aMail())).toEqual({ outcome: 'sent' })
    const [mail] = smtp.mails
    expect(mail?.subject).toBe('Thank you – Дмитрий')
    expect(mail?.text).toContain('ünïcode')
    expect(mail?.html).toContain('<p>Words')
    expect(mail?.messageId).toBe('<receipt.2026-000123@news.example>')
    expect(mail?.from?.value).toEqual([{ name: 'The Harbour Post', address: 'giving@harbour.example' }])
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
  })

  it('lets nothing be smuggled into the headers', async () => {
    await mailer.send(
      aMail({
        subject: 'Hello\r\nBcc: victim@mail.example',
        from: { name: 'Post\r\nBcc: victim@mail.example', address: 'giving@harbour.example' },
      }),
    )
    expect(smtp.mails).toHaveLength(1)
    expect(smtp.mails[0]?.headers.has('bcc')).toBe(false)
  })

  it.each(['reader@mail.example, other@mail.example', 'reader@mail.example>\r\nRCPT TO:<other@mail.example'])(
    'refuses the address "%s" before any server sees it',
    async (address) => {
      expect(await mailer.send(aMail({ to: { name: '', address } }))).toMatchObject({ outcome: 'permanent' })
      expect(smtp.mails).toHaveLength(0)
    },
  )

  it.each([
    [{ at: 'rcpt', code: 550 }, 'permanent'],
    [{ at: 'data', code: 554 }, 'permanent'],
    [{ at: 'rcpt', code: 450 }, 'temporary'],
    [{ at: 'data', code: 452 }, 'temporary'],
  ] as const)('tells %o apart: %s, without naming anybody', async (answer, outcome) => {
    smtp.answers = [answer]
    const result = await mailer.send(aMail())
    expect(result).toMatchObject({ outcome, reason: expect.stringContaining(String(answer.code)) })
    expect(JSON.stringify(result)).not.toContain('mail.example')
    expect(await mailer.send(aMail())).toEqual({ outcome: 'sent' })
  })

  it('tries again later when nobody is there', async () => {
    const nobody = openMailer('smtp://127.0.0.1:1')
    expect(await nobody.send(aMail())).toMatchObject({ outcome: 'temporary' })
    nobody.close()
  })

  it('takes a refused password for our own mistake, not the reader’s', async () => {
    const grumpy = createServer((socket) => {
      socket.on('error', () => {})
      socket.write('220 here\r\n')
      socket.on('data', (data) => {
        const said = data.toString()
        if (said.startsWith('EHLO')) socket.write('250-here\r\n250 AUTH PLAIN\r\n')
        else socket.write('535 5.7.8 wrong password for u\r\n')
      })
    })
    await new Promise<void>((resolve) => grumpy.listen(0, '127.0.0.1', resolve))
    const { port } = grumpy.address() as AddressInfo // a listening TCP server always has one
    const locked = openMailer(`smtp://u:secret@127.0.0.1:${port}`)
    const result = await locked.send(aMail())
    expect(result).toMatchObject({ outcome: 'temporary', reason: expect.stringContaining('535') })
    expect(JSON.stringify(result)).not.toContain('secret')
    locked.close()
    await new Promise<void>((resolve) => grumpy.close(() => resolve()))
  })
})
