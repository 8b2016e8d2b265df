import { z } from 'zod'
import { Refusal } from '../http/refusal.ts'
import { sendAgain } from '../mail/send-again.ts'
import { undeliveredMails } from '../mail/undelivered-mail-store.ts'
import { by, operatorOf } from './operator.ts'
import { printable, required, tableText, type Command } from './command.ts'

const NEWEST = 50

const capturedOptions = z.object({ mail: z.string().trim().min(1, required('mail')).optional() })

const whichMails = z
  .object({
    donation: z.uuid('--donation must be a donation’s id').optional(),
    all: z.boolean().optional(),
    by: by.optional(),
  })
  .refine(({ donation, all }) => (donation === undefined) === (all === true), {
    error: 'give either --donation or --all',
  })

/** Commands about mail. */
export const mailCommands: Readonly<Record<string, Command>> = {
  'captured-mail': {
    usage: '[--mail NAME]',
    summary: `lists the newest ${NEWEST} mails that were captured because SMTP_URL is not set, or shows one of them`,
    options: ['mail'],
    async run({ capturedMails }, given) {
      const { mail: name } = capturedOptions.parse(given)
      if (!capturedMails)
        throw new Refusal('conflict', 'SMTP_URL is set, so mail is sent and no mail is captured.')
      if (name === undefined) {
        const mails = await capturedMails.list()
        const rows = mails
          .slice(0, NEWEST)
          .map(({ name: file, at, mail }) => [at.toISOString(), mail.to, mail.subject, file])
        return {
          out: tableText(['captured at', 'to', 'subject', 'name'], rows),
          note: mails.length === 1 ? '1 mail was captured.' : `${mails.length} mails were captured.`,
        }
      }
      const mail = await capturedMails.read(name)
      if (!mail) throw new Refusal('not_found', `There is no captured mail ${name}.`)
      return {
        out: [`To: ${mail.to}`, `Subject: ${mail.subject}`, '', ...mail.text.split(/\r?\n/)]
          .map(printable)
          .join('\n'),
        note: 'The whole message with its attachments is the .eml file of this name below DATA_DIR.',
      }
    },
  },
  'resend-mail': {
    usage: '--donation … | --all [--by you@news.example]',
    summary:
      'sends mail again that was given up, of one donation or all of it; /finance/mail corrects addresses',
    options: ['donation', 'by'],
    flags: ['all'],
    async run(deps, given) {
      const { donation = null, by: email } = whichMails.parse(given)
      const { pool } = deps.database
      const operator = await operatorOf(deps, email, 'finance')
      const mails = await undeliveredMails(pool, { donationId: donation })
      const due: string[][] = []
      for (const { id, receiptNumber, donation: about, failure, reason } of mails) {
        const isDue = await sendAgain(pool, { messageId: id, at: deps.clock(), by: operator })
        if (isDue) due.push([receiptNumber, about.id, failure ?? 'other', reason ?? ''])
      }
      if (due.length === 0) return { note: 'No mail was given up. Nothing was done.' }
      return {
        out: tableText(['receipt', 'donation', 'failed before', 'codes'], due),
        note: due.length === 1 ? '1 mail will be sent again.' : `${due.length} mails will be sent again.`,
      }
    },
  },
}
