import { z } from 'zod'

/** By what programs may group. */
export const groupings = [
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'article',
  'campaign',
  'frequency',
] as const
export type Grouping = (typeof groupings)[number] | 'all'

/** `booked`: by the day on which the ledger booked it. `given`: by the day of the gift, with all that became of it since. */
export const bases = ['booked', 'given'] as const
export type Basis = (typeof bases)[number]

export const reportBasis = z.enum(bases).default('booked').meta({
  description:
    'The date that counts. booked: when the ledger booked it, so that a closed month never changes; a gift that became known after its month was closed counts in a later one. given: when the gift was given, with all refunds, disputes and fees that it has had since',
})
