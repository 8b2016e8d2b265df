import { expect, test } from 'vitest'
import { mailCommands } from '../../src/admin/mail-commands.ts'
import type { AdminDeps } from '../../src/admin/command.ts'
import type { CapturedMails, ListedMail } from '../../src/mail/captured-mail.ts'

const NAME = 'receipt.2026-000001@courier.example'
const mail = {
  from: 'desk@courier.example',
  to: 'ada@reader.example',
  subject: 'Your receipt\u001b[2J',
  text: 'Dear Ada,\nthank you\u0007.',
  html: '<p>Dear Ada</p>',
}

function captured(listed: readonly ListedMail[]): CapturedMails {
  return {
    list: async () => listed,
    read: async (name) => listed.find((one) => one.name === name)?.mail ?? null,
    readEml: async () => null,
  }
}

const run = (capturedMails: CapturedMails | null, given: Record<string, string> = {}) =>
  // The command uses nothing else of what commands are given.
  mailCommands['captured-mail']?.run({ capturedMails } as AdminDeps, given)

test('captured-mail lists what was captured, and steers no terminal', async () => {
  const at = new Date('2026-02-01T12:00:00Z')
  const done = await run(captured([{ name: NAME, at, mail }]))
  expect(done?.out).toContain(NAME)
  expect(done?.out).toContain('2026-02-01T12:00:00.000Z  ada@reader.example')
  expect(done?.out).not.toContain('\u001b')
  expect(done?.note).toBe('1 mail was captured.')
})

test('captured-mail --mail shows one mail', async () => {
  const done = await run(captured([{ name: NAME, at: new Date(0), mail }]), { mail: NAME })
  expect(done?.out).toBe('To: ada@reader.example\nSubject: Your receipt [2J\n\nDear Ada,\nthank you .')
})

test('captured-mail refuses a name that no mail has, and mail that is sent', async () => {
  await expect(run(captured([]), { mail: NAME })).rejects.toThrow('There is no captured mail')
  await expect(run(null)).rejects.toThrow('mail is sent')
})
