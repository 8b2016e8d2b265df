import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUsableAddress, oneLine } from '../../src/mail/mail.ts'
import { receiptMail } from '../../src/mail/kinds/receipt-mail.ts'
import { signInMail } from '../../src/mail/kinds/sign-in-mail.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { anyText } from '../kit/any-text.ts'
import { aProfile, aReceipt } from '../receipts/receipt-sample.ts'
import { aMailing, PAGE } from './mail-samples.ts'

const english = textFor('en')
const compose = (...changes: Parameters<typeof aReceipt>) => receiptMail(aReceipt(...changes), aMailing())

describe('the receipt mail', () => {
  it('states amount, day, number, legal statement and the link in its text and in its HTML', () => {
    const mail = compose()
    for (const body of [mail.text, mail.html]) {
      for (const part of [
        '$5.00 USD',
        '23 November 2026',
        '2026-000123',
        'not tax-deductible',
        PAGE,
        aMailing().myUrl,
        '7K3M-9QTX-0B5E-WZ4H',
        'https://give.harbour.example/verify-receipt',
        'Dear Łukasz Žižek,',
        'https://bsky.app/profile/harbour.example',
      ]) {
        expect(body).toContain(part)
      }
    }
    expect(mail.subject).toBe('Thank you, and your receipt 2026-000123 from The Harbour Post')
    expect(mail.messageId).toBe('<receipt.2026-000123@news.example>')
    expect(mail.text).not.toContain('donation')
  })

  it('thanks before it says a number', () => {
    const { text, html } = compose()
    expect(html).toMatch(/<h1[^>]*>Thank you!<\/h1>/)
    for (const body of [text, html.slice(html.indexOf('<h1'))])
      expect(body.indexOf('Thank you for')).toBeLessThan(body.indexOf('2026-000123'))
  })

  it('has the legal words in English below a translation of them', () => {
    const mail = receiptMail(
      aReceipt({ profile: aProfile({ legalStatus: 'charity', taxId: '12-3456789' }) }),
      aMailing({ text: textFor('de') }),
    )
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain('gemeinnützige Organisation')
      expect(body).toContain('No goods or services were provided')
    }
    expect(compose().text.match(/not tax-deductible/g)).toHaveLength(1)
  })

  it('thanks for a donation when the newsroom is a charity', () => {
    expect(compose({ profile: aProfile({ legalStatus: 'charity', taxId: '12-3456789' }) }).text).toContain(
      'your donation of',
    )
  })

  it('says that a voided receipt is no longer valid, and which receipt a new one replaces', () => {
    const voided = compose({ voidedAt: new Date('2026-12-01T00:00:00Z') })
    expect(voided.subject).toBe('Your receipt 2026-000123 from The Harbour Post is no longer valid')
    expect(voided.text).toContain('This receipt has been voided')
    const replacing = compose({ replaces: receiptNumber(2026, 122n) })
    expect(replacing.subject).toBe('Your new receipt 2026-000123 from The Harbour Post')
    expect(replacing.text).toContain('this receipt replaces 2026-000122')
  })

  it('greets a donor without a name as a reader', () => {
    expect(compose({ donorName: null }).text).toContain('Dear reader,')
  })

  it.each([
    'Win now https://spam.example',
    'www.spam.example',
    'spam.example',
    'a@b',
    '<b>x</b>',
    'x'.repeat(81),
  ])('leaves out the name "%s", which may be advertising', (donorName) => {
    const { text, html } = compose({ donorName })
    expect(text).toContain('Dear reader,')
    expect(text + html).not.toContain('spam')
  })

  it.each(['J. R. Smith', 'Ann-Marie O’Neil', 'Nguyễn Thị Ánh', 'محمد'])('greets %s by name', (donorName) => {
    expect(compose({ donorName }).text).toContain(`Dear ${donorName},`)
  })

  it('keeps every name within its line and its element', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (donorName, name) => {
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
  it('contains one link, on the button and below it, and how long it is valid', () => {
    const signIn = {
      from: { name: 'The Harbour\r\nBcc: x@y Post', address: 'giving@harbour.example' },
      to: 'staff@harbour.example',
      url: 'https://news.example/finance/sign-in/abc',
      validMinutes: 10,
      messageId: '<sign-in.1@news.example>',
      logoUrl: null,
    }
    const mail = signInMail(signIn, english)
    for (const body of [mail.text, mail.html]) {
      expect(new Set(body.match(/https:[^\s"<]+/g))).toEqual(new Set([signIn.url]))
      expect(body).toContain('10 minutes')
    }
    expect(mail.subject).not.toMatch(/[\r\n]/)
  })
})

describe('an address', () => {
  it.each(['a@b.example', 'a.b+c@b.example', 'jürgen@bücher.example', "o'neil@b.example"])(
    'is usable when it is one mailbox: %s',
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
  ])('is not usable when it could be read as anything else: "%s"', (address) => {
    expect(isUsableAddress(address)).toBe(false)
  })
})

describe('a text from outside', () => {
  it('is shortened to 200 characters and put on one line', () => {
    expect(oneLine('x'.repeat(500))).toHaveLength(200)
    expect(oneLine(' a\r\n b ')).toBe('a  b')
  })
})
