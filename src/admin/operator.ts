import type { Actor } from '../access/actor.ts'
import { mayActAs, type Role } from '../access/role.ts'
import { staffEmail } from '../access/staff.ts'
import { staffByEmail } from '../access/staff-store.ts'
import { Refusal } from '../http/refusal.ts'
import { words, type AdminDeps } from './command.ts'

/** The option `--by`: a member of staff's address. */
export const by = words('by').transform(staffEmail)

/**
 * Who runs a command, for the audit trail: the member of staff whom `--by` names, or the user of the operating system.
 * @param role that the same act needs on finance's pages
 * @throws Refusal forbidden when `--by` names nobody who may do it
 */
export async function operatorOf(
  { database, operator }: Pick<AdminDeps, 'database' | 'operator'>,
  email: string | undefined,
  role: Role,
): Promise<Actor> {
  if (email === undefined) return { kind: 'operator', name: operator }
  const staff = await staffByEmail(database.knex, email)
  if (!staff)
    throw new Refusal('forbidden', `--by names ${email}, who is no member of staff. Nothing was done.`)
  if (!mayActAs(staff.role, role))
    throw new Refusal(
      'forbidden',
      `--by names ${email}, whose role is ${staff.role}: it takes ${role}. Nothing was done.`,
    )
  return { kind: 'operator', name: staff.email }
}
