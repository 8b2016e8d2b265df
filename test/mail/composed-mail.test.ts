import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUsableAddress, oneLine } from '../../src/mail/mail.ts'
import { receiptMail } from '../../src/mail/receipt-mail.ts'
import { signInMail } from '../../src/mail/sign-in-mail.ts'
import { aProfile, aReceipt } from '../receipts/receipt-sample.ts'

const url = 'https://news.example/receipts/kX3v'
const compose = (...changes: Parameters<typeof aReceipt>) =>
  receiptMail(aReceipt(...changes), url, 'reader@mail.example', '<receipt.2026-000123@news.example>')

describe('the receipt mail', () => {
  it('says amount, day, number, the legal statement and where the receipt is, in both bodies', () => {
    const mail = compose()
    for (const body of [mail.text, mail.html]) {
      for (const part of [
        '$5.00 USD',
        '23 November 2026',
        '2026-000123',
        'not tax-deductible',
        url,
        'Dear Łukasz Žižek,',
      ]) {
        expect(body).toContain(part)
      }
    }
    expect(mail.subject).toBe('Thank you, and your receipt 2026-000123 from The Harbour Post')
    expect(mail.messageId).toBe('<receipt.2026-000123@news.example>')
    expect(mail.text).not.toContain('donation')
  })

  it('thanks for a donation where it is one', () => {
    expect(compose({ profile: aProfile({ legalStatus: 'charity', taxId: '12-3456789' }) }).text).toContain(
      'your donation of',
    )
  })

  it('greets a reader without a name', () => {
    expect(compose({ donorName: null }).text).toContain('Dear reader,')
  })

  it.each([
    'Win now https://spam.example',
    'www.spam.example',
    'spam.example',
    'a@b',
    '<b>x</b>',
    'x'.repeat(81),
  ])('does not carry "%s" to a stranger', (donorName) => {
    const { text, html } = compose({ donorName })
    expect(text).toContain('Dear reader,')
    expect(text + html).not.toContain('spam')
  })

  it.each(['J. R. Smith', 'Ann-Marie O’Neil', 'Nguyễn Thị Ánh', 'محمد'])('greets %s by name', (donorName) => {
    expect(compose({ donorName }).text).toContain(`Dear ${donorName},`)
  })

  it('lets no text break out of its line or its element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (donorName, name) => {
        const mail = compose({ donorName, profile: aProfile({ name }) })
        expect(`${mail.subject}${mail.from.name}`).not.toMatch(/[\r\n\p{Cc}]/u)
        const [greeting = ''] = mail.text.split('\n')
        expect(greeting).toMatch(/^Dear .*,$/su)
      }),
    )
    expect(compose({ profile: aProfile({ name: '<script>x</script>' }) }).html).not.toContain('<script>')
  })
})

describe('the sign-in mail', () => {
  it('has the link, for how long, and nothing else to click', () => {
    const mail = signInMail({
      from: { name: 'The Harbour\r\nBcc: x@y Post', address: 'giving@harbour.example' },
      to: 'staff@harbour.example',
      url: 'https://news.example/finance/sign-in/abc',
      validMinutes: 15,
      messageId: '<sign-in.1@news.example>',
    })
    for (const body of [mail.text, mail.html]) {
      expect(body.match(/https:\S+abc/g)).toHaveLength(1)
      expect(body).toContain('15 minutes')
    }
    expect(mail.subject).not.toMatch(/[\r\n]/)
  })
})

describe('addresses', () => {
  it.each(['a@b.example', 'a.b+c@b.example', 'jürgen@bücher.example', "o'neil@b.example"])(
    '%s can be written to',
    (address) => {
      expect(isUsableAddress(address)).toBe(true)
    },
  )

  it.each([
    '',
    'a',
    'a@',
    '@b',
    'a@b@c',
    'a b@c',
    'a@b\r\nBcc: x@y',
    'a@b,c@d',
    '"a"@b',
    '<a@b>',
    'g:a@b;',
    `${'a'.repeat(255)}@b.c`,
  ])('"%s" cannot', (address) => {
    expect(isUsableAddress(address)).toBe(false)
  })

  it('are never confused by a shortened line', () => {
    expect(oneLine('x'.repeat(500))).toHaveLength(200)
    expect(oneLine(' a\r\n b ')).toBe('a  b')
  })
})
