import { describe, expect, it } from 'vitest'
import { failedDelivery } from '../../src/mail/delivery-failure.ts'

/** An answer as mail servers write it, with the address in it. */
const answered = (command: string, text: string) => {
  const responseCode = Number(text.slice(0, 3))
  const code = command === 'RCPT TO' ? 'EENVELOPE' : 'EMESSAGE'
  return failedDelivery({ code, responseCode, command, response: text })
}

describe('a refusal by the mail server', () => {
  it.each([
    ['550 5.1.1 <ada@mail.example>: Recipient address rejected: User unknown', 'Postfix'],
    ['550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 Please try', 'Gmail'],
    ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found', 'Exchange'],
    ['550 5.1.2 <ada@mial.example>: Bad destination host', 'an unknown domain'],
    ['553 5.1.3 The recipient address is not a valid RFC 5321 address', 'a malformed address'],
    ['556 5.1.10 Domain does not accept mail', 'a null MX'],
  ])('"%s" is final: the address does not exist (%s)', (text) => {
    expect(answered('RCPT TO', text)).toMatchObject({ outcome: 'permanent', failure: 'no_such_address' })
  })

  it.each([
    ['RCPT TO', '550 5.4.5 Daily user sending quota exceeded.', 'sending_limit'],
    ['DATA', '550 5.4.5 Daily user sending quota exceeded.', 'sending_limit'],
    ['RCPT TO', '552 5.2.2 The account is over quota', 'mailbox_full'],
    ['RCPT TO', '452 4.2.2 Mailbox full', 'mailbox_full'],
    ['RCPT TO', '552 Mailbox full', 'mailbox_full'],
    ['DATA', '554 Transaction failed', 'refused_by_policy'],
    ['DATA', '554 5.7.1 Message contains spam', 'refused_by_policy'],
    ['RCPT TO', '550 5.7.1 Service unavailable, client host blocked', 'refused_by_policy'],
    ['RCPT TO', '554 5.7.1 <ada@mail.example>: Relay access denied', 'refused_by_policy'],
    ['DATA', '550 5.1.8 Sender address rejected', 'other'],
    ['RCPT TO', '550 5.2.1 The mailbox is disabled', 'other'],
    ['RCPT TO', '450 4.1.1 Recipient address rejected: unverified', 'other'],
    ['RCPT TO', '450 5.1.1 Recipient address rejected: try later', 'other'],
    ['MAIL FROM', '550 5.1.1 sender unknown', 'other'],
    ['EHLO', '554 5.7.1 no', 'other'],
  ])('of %s: "%s" is tried again (%s)', (command, text, failure) => {
    expect(answered(command, text)).toMatchObject({ outcome: 'temporary', failure })
  })

  it.each(['550 no', '551 User not local', '553 sorry', '550 5.1.0 Address rejected', '550 5.0.0 no'])(
    'of the recipient: "%s" may be final, which a day of tries tells',
    (text) => {
      expect(answered('RCPT TO', text)).toMatchObject({ outcome: 'doubtful', failure: 'no_such_address' })
    },
  )

  it('keeps codes and none of the words', () => {
    expect(answered('RCPT TO', '550 5.1.1 <ada@mail.example>: unknown').reason).toBe(
      'EENVELOPE 550 5.1.1 RCPT TO',
    )
  })
})

it.each([
  [{ code: 'ETIMEDOUT', command: 'CONN' }, 'server_unreachable'],
  [{ code: 'EDNS', command: undefined }, 'server_unreachable'],
  [{ code: 'ESOCKET', command: 'DATA' }, 'server_unreachable'],
  [
    { code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN', response: '535 5.7.8 no' },
    'server_sign_in_refused',
  ],
])('%o concerns every mail and is tried again', (answer, failure) => {
  expect(failedDelivery(answer)).toMatchObject({ outcome: 'temporary', failure })
})
