import { z } from 'zod'
import { controls } from '../protection/attack-mode.ts'
import { controlAttackMode, switchGiving } from '../protection/decide-protection.ts'
import type { Command } from './command.ts'
import { by, operatorOf } from './operator.ts'

const givingOptions = z.object({
  argument: z.enum(['on', 'off'], 'say on or off: giving off'),
  by: by.optional(),
})
const attackOptions = z.object({
  argument: z.enum(controls, 'say automatic, on or off: attack-mode automatic'),
  by: by.optional(),
})

/** Commands against card testing. */
export const protectionCommands: Readonly<Record<string, Command>> = {
  giving: {
    usage: 'on | off [--by you@news.example]',
    summary: 'takes new gifts, or refuses them kindly while receipts, webhooks and finance go on',
    options: ['by'],
    takesArgument: true,
    async run(deps, given) {
      const { argument: giving, by: email } = givingOptions.parse(given)
      const operator = await operatorOf(deps, email, 'admin')
      const { pool } = deps.database
      const isChanged = await switchGiving({ pool, clock: deps.clock }, giving, operator)
      if (!isChanged) return { note: `Giving was ${giving} already. Nothing was done.` }
      return { note: `Giving is ${giving}. Every process knows it within a second.` }
    },
  },
  'attack-mode': {
    usage: 'automatic | on | off [--by you@news.example]',
    summary: 'leaves the protection against card testing to the service, or keeps it on or off',
    options: ['by'],
    takesArgument: true,
    async run(deps, given) {
      const { argument: control, by: email } = attackOptions.parse(given)
      const operator = await operatorOf(deps, email, 'admin')
      const { pool } = deps.database
      const isChanged = await controlAttackMode({ pool, clock: deps.clock }, control, operator)
      if (!isChanged) return { note: `Attack mode was ${control} already. Nothing was done.` }
      return { note: `Attack mode: ${control}. Every process knows it within a second.` }
    },
  },
}
