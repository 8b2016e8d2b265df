import type { Catalogue } from '../catalogue.ts'
import { amount } from './amount.ts'
import { mail } from './mail.ts'
import { reader } from './reader.ts'
import { receipt } from './receipt.ts'
import { shared } from './shared.ts'
import { statement } from './statement.ts'

/** Ukrainian, for readers and donors. */
export const uk = { shared, amount, reader, receipt, statement, mail } as const satisfies Catalogue
