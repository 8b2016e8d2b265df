import { finance } from './finance.ts'
import { reader } from './reader.ts'
import { shared } from './shared.ts'

/** English, and the keys that every other language has to have. */
export const en = { shared, reader, finance } as const
