import { z } from 'zod'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { sealTotpAnew } from '../access/second-factor/totp-store.ts'
import { inTransaction } from '../db/database.ts'
import { sealEndpointsAnew } from '../integrations/webhooks/endpoint-store.ts'
import type { Command } from './command.ts'
import { by, operatorOf } from './operator.ts'

/** Commands for whoever replaces the service's secrets. */
export const secretCommands: Readonly<Record<string, Command>> = {
  'seal-secrets': {
    usage: '[--by STAFF]',
    summary:
      'seals the stored secrets of authenticator apps and webhook endpoints with the first of the listed secrets, so that older ones can be taken off the list',
    options: ['by'],
    async run(deps, given) {
      const asked = z.object({ by: by.optional() }).parse(given)
      const actor = await operatorOf(deps, asked.by, 'admin')
      const { keys } = deps
      const sealed = await inTransaction(deps.database.pool, async (tx) => {
        const apps = await sealTotpAnew(tx, keys.secondFactors)
        const endpoints = await sealEndpointsAnew(tx, keys.webhookSecrets)
        const after = { apps, endpoints }
        await recordAct(tx, {
          actor,
          act: 'secrets_sealed_anew',
          subject: 'secrets/sealed',
          after,
          at: deps.clock(),
        })
        return after
      })
      return {
        note: `Sealed anew: ${sealed.apps} authenticator apps, ${sealed.endpoints} webhook endpoints.`,
      }
    },
  },
}
