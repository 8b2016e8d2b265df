import { booksWords } from './finance/books.ts'
import { frameWords } from './finance/frame.ts'
import { protectionWords } from './finance/protection.ts'
import { setUpWords } from './finance/set-up.ts'
import { signInWords } from './finance/sign-in.ts'
import { accountWords } from './finance/account.ts'
import { overviewWords } from './finance/overview.ts'
import { timelineWords } from './finance/timeline.ts'
import { giftsWords } from './finance/gifts.ts'
import { donationsWords } from './finance/donations.ts'
import { monthsWords } from './finance/months.ts'
import { depositsWords } from './finance/deposits.ts'
import { exportsWords } from './finance/exports.ts'
import { importWords } from './finance/imports.ts'
import { messagesWords } from './finance/messages.ts'
import { newsletterWords } from './finance/newsletter.ts'
import { mailWords } from './finance/mail.ts'
import { privacyWords } from './finance/privacy.ts'
import { attentionWords } from './finance/attention.ts'
import { fundsWords } from './finance/funds.ts'
import { goalWords } from './finance/goals.ts'
import { webhookWords } from './finance/webhooks.ts'
import { reportsWords } from './finance/reports.ts'
import { settingsWords } from './finance/settings.ts'
import { auditWords } from './finance/audit.ts'

/** The pages of the newsroom's finance staff, a file for each group of pages. */
export const finance = {
  ...frameWords,
  ...booksWords,
  ...signInWords,
  ...accountWords,
  ...overviewWords,
  ...giftsWords,
  ...timelineWords,
  ...donationsWords,
  ...monthsWords,
  ...depositsWords,
  ...mailWords,
  ...messagesWords,
  ...newsletterWords,
  ...privacyWords,
  ...exportsWords,
  ...reportsWords,
  ...fundsWords,
  ...settingsWords,
  ...auditWords,
  ...attentionWords,
  ...setUpWords,
  ...protectionWords,
  ...webhookWords,
  ...goalWords,
  ...importWords,
} as const
