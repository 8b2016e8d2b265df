import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { grantRights, makeRoles } from '../db/database-roles.ts'
import { Refusal } from '../http/refusal.ts'
import { required, tableText, type Command } from './command.ts'

const roleName = (option: string) =>
  z
    .string({ error: required(option) })
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, `--${option} must be a name of small letters, digits and underscores`)

const NOT_ALLOWED = '42501' // insufficient_privilege

/** Commands about the database itself. */
export const databaseCommands: Readonly<Record<string, Command>> = {
  'database-roles': {
    usage: '--app NAME --reports NAME',
    summary:
      'lets one user of the database run the service and another only read, and makes the users that do not exist; run it as the owner of the tables',
    options: ['app', 'reports'],
    async run({ database: { pool } }, given) {
      const { app, reports } = z
        .object({ app: roleName('app'), reports: roleName('reports') })
        .refine((names) => names.app !== names.reports, '--app and --reports must be two users')
        .parse(given)
      const roles = await inTransaction(pool, async (tx) => {
        const { rows } = await tx.query<{ name: string }>('select current_user as name')
        if ([app, reports].includes(rows[0]?.name ?? '')) throw new Refusal('conflict', OWNER_NEEDED)
        await makeRoles(tx, [
          { name: app, right: 'app' },
          { name: reports, right: 'reports' },
        ])
        return grantRights(tx)
      }).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === NOT_ALLOWED)
          throw new Refusal('forbidden', OWNER_NEEDED)
        throw error
      })
      return {
        out: tableText(
          ['user', 'rights'],
          roles.map(({ name, right }) => [name, right]),
        ),
        note: 'A user that is new has no password and cannot sign in: set one with \\password in psql. Then name the app user in DATABASE_URL and the owner in MIGRATION_DATABASE_URL.',
      }
    },
  },
}

const OWNER_NEEDED =
  'Only the owner of the tables, who may also make users, can do this: name that user in DATABASE_URL for this command.'
