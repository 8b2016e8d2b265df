import { z } from 'zod'
import { roles } from '../access/role.ts'
import { staffEmail } from '../access/staff.ts'
import { admitWithLink, dismissStaff } from '../access/manage-staff.ts'
import { resetSecondFactors } from '../access/second-factor/second-factor-store.ts'
import { listStaff, staffByEmail } from '../access/staff-store.ts'
import { Refusal } from '../http/refusal.ts'
import { by, operatorOf } from './operator.ts'
import { dayOf, required, tableText, type Command } from './command.ts'
import { inKnexTransaction } from '../db/database.ts'

export const roleOption = z.enum(roles, { error: `--role must be one of ${roles.join(', ')}` })
const address = z
  .string({ error: required('email') })
  .transform(staffEmail)
  .pipe(z.email('--email must be an e-mail address'))

/** Commands about who may sign in. */
export const staffCommands: Readonly<Record<string, Command>> = {
  'create-staff': {
    usage: `--email you@news.example --role ${roles.join('|')} [--by …]`,
    summary: 'lets somebody into /finance (or changes their role) and prints a link that signs them in',
    options: ['email', 'role', 'by'],
    async run(deps, given) {
      const { by: email, ...wish } = z
        .object({ email: address, role: roleOption, by: by.optional() })
        .parse(given)
      const actor = await operatorOf(deps, email, 'admin')
      const decision = { by: actor, at: deps.clock() }
      const { staff, link } = await inKnexTransaction(deps.database.knex, (tx) =>
        admitWithLink(tx, wish, decision),
      )
      return {
        out: `${deps.publicUrl}/finance/sign-in/${link.token}`,
        note: `The link signs ${staff.email} in as ${staff.role}, once, until ${link.expiresAt.toISOString()}.`,
      }
    },
  },
  'remove-staff': {
    usage: '--email you@news.example [--by …]',
    summary: 'ends somebody’s sessions and sign-in links at once and lets them in no more',
    options: ['email', 'by'],
    async run(deps, given) {
      const asked = z.object({ email: address, by: by.optional() }).parse(given)
      const { knex } = deps.database
      const decision = { by: await operatorOf(deps, asked.by, 'admin'), at: deps.clock() }
      const staff = await inKnexTransaction(knex, (tx) => dismissStaff(tx, asked.email, decision))
      if (!staff)
        throw new Refusal(
          'not_found',
          `Nobody with the address ${asked.email} may sign in. Nothing was done.`,
        )
      const isAnyAdminLeft = (await listStaff(knex)).some(
        ({ role, removedAt }) => role === 'admin' && removedAt === null,
      )
      const warning =
        staff.role !== 'admin' || isAnyAdminLeft ? '' : ' Nobody is an admin now: create-staff lets one in.'
      return { note: `${staff.email} is signed out everywhere and cannot sign in any more.${warning}` }
    },
  },
  'reset-second-factor': {
    usage: '--email you@news.example [--by …]',
    summary:
      'takes away the second factors and recovery codes of somebody who has lost them, and ends their sessions',
    options: ['email', 'by'],
    async run(deps, given) {
      const asked = z.object({ email: address, by: by.optional() }).parse(given)
      const { knex } = deps.database
      const decision = { by: await operatorOf(deps, asked.by, 'admin'), at: deps.clock() }
      const staff = await staffByEmail(knex, asked.email)
      if (!staff)
        throw new Refusal(
          'not_found',
          `Nobody with the address ${asked.email} may sign in. Nothing was done.`,
        )
      const count = await inKnexTransaction(knex, (tx) => resetSecondFactors(tx, staff.id, decision))
      const had =
        count === 0
          ? 'had no second factor'
          : `has lost ${count === 1 ? '1 second factor' : `${count} second factors`}`
      return {
        note: `${staff.email} ${had}, is signed out everywhere and signs in by a link. Ask them whether they asked for this.`,
      }
    },
  },
  'list-staff': {
    usage: '',
    summary: 'lists who may sign in, and who once could',
    options: [],
    async run({ database: { knex } }) {
      const staff = await listStaff(knex)
      const rows = staff.map(({ email, role, createdAt, lastSignedInAt, removedAt }) => [
        email,
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
