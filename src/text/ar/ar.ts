import type { Catalogue } from '../catalogue.ts'
import { amount } from './amount.ts'
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

/** Arabic, for readers and donors. */
export const ar = {
  shared,
  amount,
  reader,
  widget,
  receipt,
  statement,
  mail,
  recurring,
  my,
  newsletter,
  supporters,
  reminder,
} as const satisfies Catalogue
