import { z } from 'zod'
import { createApiToken } from '../access/api-token-store.ts'
import { roles } from '../access/role.ts'
import { mintSignInLink } from '../access/sign-in-link-store.ts'
import { putStaff, staffEmail } from '../access/staff-store.ts'
import { required, words, type Command } from './command.ts'

const role = z.enum(roles, { error: `--role must be one of ${roles.join(', ')}` })
const email = z
  .string({ error: required('email') })
  .transform(staffEmail)
  .pipe(z.email('--email must be an e-mail address'))

/** Commands about who may sign in and which programs may call the API. */
export const staffCommands: Readonly<Record<string, Command>> = {
  'create-staff': {
    usage: `--email you@news.example --role ${roles.join('|')}`,
    summary: 'lets somebody into /finance (or changes their role) and prints a link that signs them in',
    options: ['email', 'role'],
    async run({ database: { knex }, clock, publicUrl }, given) {
      const staff = await putStaff(knex, z.object({ email, role }).parse(given))
      const { token, expiresAt } = await mintSignInLink(knex, staff.id, clock())
      return {
        out: `${publicUrl}/finance/sign-in/${token}`,
        note: `The link signs ${staff.email} in as ${staff.role}, once, until ${expiresAt.toISOString()}.`,
      }
    },
  },
  'create-token': {
    usage: `--name "what it is for" --role ${roles.join('|')}`,
    summary: 'makes a token for the API and prints it; it cannot be shown again',
    options: ['name', 'role'],
    async run({ database: { knex } }, given) {
      const token = await createApiToken(knex, z.object({ name: words('name'), role }).parse(given))
      return { out: token, note: 'Keep it safe: only its hash is stored, so it cannot be shown again.' }
    },
  },
}
