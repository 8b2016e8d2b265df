import { z } from 'zod'
import { eraseDonor } from '../donors/erasure/erase-donor.ts'
import { exportDonor } from '../donors/donor-export.ts'
import { giftOfAddress } from '../donors/erasure/erasure-store.ts'
import { Refusal } from '../http/refusal.ts'
import type { AdminDeps, Command } from './command.ts'
import { by, operatorOf } from './operator.ts'

const whichDonor = z
  .object({
    donation: z.uuid('--donation must be a donation’s id').optional(),
    email: z.string().trim().min(3, '--email must be an address').optional(),
    by: by.optional(),
  })
  .refine(({ donation, email }) => (donation === undefined) !== (email === undefined), {
    error: 'give either --donation or --email',
  })

async function donationOf({ database }: AdminDeps, which: z.output<typeof whichDonor>): Promise<string> {
  const id = which.donation ?? (await giftOfAddress(database.pool, which.email ?? ''))
  if (id === null) throw new Refusal('not_found', 'Nobody gave under this address. Nothing was done.')
  return id
}

/** Commands about one donor's data. */
export const donorCommands: Readonly<Record<string, Command>> = {
  'export-donor': {
    usage: '--email … | --donation … [--by you@news.example]',
    summary: 'prints all that is kept of a donor, as JSON',
    options: ['email', 'donation', 'by'],
    async run(deps, given) {
      const which = whichDonor.parse(given)
      const actor = await operatorOf(deps, which.by, 'auditor')
      const { knex: db, pool } = deps.database
      const about = { db, pool, clock: deps.clock, publicUrl: deps.publicUrl }
      const found = await exportDonor(about, { donationId: await donationOf(deps, which), actor })
      return { out: JSON.stringify(found, null, 2), note: `${found.gifts.length} gifts.` }
    },
  },
  'erase-donor': {
    usage: '--email … | --donation … [--by you@news.example]',
    summary: 'takes away what is kept of a donor; amounts, days, receipts’ numbers and the ledger stay',
    options: ['email', 'donation', 'by'],
    async run(deps, given) {
      const which = whichDonor.parse(given)
      const actor = await operatorOf(deps, which.by, 'admin')
      const erasing = { pool: deps.database.pool, clock: deps.clock }
      const { gifts, events } = await eraseDonor(erasing, {
        donationId: await donationOf(deps, which),
        actor,
      })
      return { note: `The donor of ${gifts} gifts is erased, and ${events} events of Stripe are redacted.` }
    },
  },
}
