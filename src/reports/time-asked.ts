import { z } from 'zod'

/** Days and moments as reports are asked for. Postgres knows no year 0. */
const inSomeYear = (text: string) => !text.startsWith('0000')

const NO_DAY = 'must be a date such as 2026-01-31'
export const dayAsked = z.iso.date(NO_DAY).refine(inSomeYear, NO_DAY)

const NO_MOMENT = 'must be a moment such as 2026-02-01T00:00:00Z'
export const asOfAsked = z.iso
  .datetime({ offset: true, error: NO_MOMENT })
  .refine(inSomeYear, NO_MOMENT)
  .optional()
  .meta({ description: 'As the books stood then: the same question gets the same answer for ever' })
