import { z } from 'zod'
import { logAuthentication } from '../access/authentication-log-store.ts'
import { roles } from '../access/role.ts'
import { mintSignInLink } from '../access/sign-in-link-store.ts'
import { staffEmail } from '../access/staff.ts'
import { listStaff, putStaff, removeStaff } from '../access/staff-store.ts'
import { Refusal } from '../http/refusal.ts'
import { dayOf, required, tableText, type Command } from './command.ts'

export const roleOption = z.enum(roles, { error: `--role must be one of ${roles.join(', ')}` })
const email = z
  .string({ error: required('email') })
  .transform(staffEmail)
  .pipe(z.email('--email must be an e-mail address'))

/** Commands about who may sign in. */
export const staffCommands: Readonly<Record<string, Command>> = {
  'create-staff': {
    usage: `--email you@news.example --role ${roles.join('|')}`,
    summary: 'lets somebody into /finance (or changes their role) and prints a link that signs them in',
    options: ['email', 'role'],
    async run({ database: { knex }, clock, publicUrl }, given) {
      const wish = z.object({ email, role: roleOption }).parse(given)
      const at = clock()
      const { staff, link } = await knex.transaction(async (tx) => {
        const person = await putStaff(tx, wish)
        const printed = await mintSignInLink(tx, person.id, at)
        const entry = { at, staffId: person.id }
        await logAuthentication(tx, { kind: 'staff_admitted', ...entry }, { kind: 'link_printed', ...entry })
        return { staff: person, link: printed }
      })
      return {
        out: `${publicUrl}/finance/sign-in/${link.token}`,
        note: `The link signs ${staff.email} in as ${staff.role}, once, until ${link.expiresAt.toISOString()}.`,
      }
    },
  },
  'remove-staff': {
    usage: '--email you@news.example',
    summary: 'ends somebody’s sessions and sign-in links at once and lets them in no more',
    options: ['email'],
    async run({ database: { knex }, clock }, given) {
      const asked = z.object({ email }).parse(given).email
      const at = clock()
      const staff = await knex.transaction(async (tx) => {
        const removed = await removeStaff(tx, asked, at)
        if (removed) await logAuthentication(tx, { kind: 'staff_removed', at, staffId: removed.id })
        return removed
      })
      if (!staff)
        throw new Refusal('not_found', `Nobody with the address ${asked} may sign in. Nothing was done.`)
      return { note: `${staff.email} is signed out everywhere and cannot sign in any more.` }
    },
  },
  'list-staff': {
    usage: '',
    summary: 'lists who may sign in, and who once could',
    options: [],
    async run({ database: { knex } }) {
      const staff = await listStaff(knex)
      const rows = staff.map(({ email: address, role, createdAt, lastSignedInAt, removedAt }) => [
        address,
        role,
        dayOf(createdAt),
        lastSignedInAt ? dayOf(lastSignedInAt) : 'never',
        removedAt ? `removed on ${dayOf(removedAt)}` : 'may sign in',
      ])
      const present = staff.filter(({ removedAt }) => removedAt === null).length
      return {
        out: tableText(['address', 'role', 'since', 'last signed in', 'state'], rows),
        note: present === 1 ? '1 person may sign in.' : `${present} people may sign in.`,
      }
    },
  },
}
