import { z } from 'zod'
import { replayable, replayEvents } from '../webhooks/replay-store.ts'
import type { Command } from './command.ts'

const replayOptions = z
  .object({
    event: z.string().startsWith('evt_', '--event must be an id such as evt_1Abc').optional(),
    outcome: z.enum(replayable, { error: `--outcome must be one of ${replayable.join(', ')}` }).optional(),
  })
  .refine(({ event, outcome }) => (event === undefined) !== (outcome === undefined), {
    error: 'give either --event or --outcome',
  })

/** What Stripe said. */
export const inboxCommands: Readonly<Record<string, Command>> = {
  replay: {
    usage: `--event evt_… | --outcome ${replayable.join('|')}`,
    says: 'has kept events of Stripe applied once more; what was applied already changes nothing',
    options: ['event', 'outcome'],
    async run({ database: { knex } }, given) {
      const events = await replayEvents(knex, replayOptions.parse(given))
      return {
        note: events === 1 ? '1 event will be applied again.' : `${events} events will be applied again.`,
      }
    },
  },
}
