import { amount } from './amount.ts'
import { finance } from './finance.ts'
import { mail } from './mail.ts'
import { my } from './my.ts'
import { newsletter } from './newsletter.ts'
import { reader } from './reader.ts'
import { receipt } from './receipt.ts'
import { recurring } from './recurring.ts'
import { reminder } from './reminder.ts'
import { shared } from './shared.ts'
import { statement } from './statement.ts'
import { supporters } from './supporters.ts'
import { widget } from './widget.ts'

/** English, and the keys that every other language has to have. */
export const en = {
  shared,
  amount,
  reader,
  widget,
  finance,
  receipt,
  statement,
  mail,
  recurring,
  my,
  newsletter,
  supporters,
  reminder,
} as const
