import type { Mail } from '../../src/mail/mail.ts'

export function aMail(changes: Partial<Mail> = {}): Mail {
  return {
    from: { name: 'The Harbour Post', address: 'giving@harbour.example' },
    to: { name: '', address: 'reader@mail.example' },
    subject: 'Thank you – Дмитрий',
    text: 'Plain words, ünïcode.\n\nhttp://localhost:3000/receipts/abc',
    html: '<p>Words <script>alert(1)</script></p>',
    messageId: '<receipt.2026-000123@news.example>',
    ...changes,
  }
}
