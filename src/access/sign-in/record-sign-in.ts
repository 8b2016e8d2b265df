import type { Knex } from 'knex'
import { recordAct } from '../audit/audit-trail-store.ts'
import { logAuthentication } from '../audit/authentication-log-store.ts'
import { standingOf, type SecondFactorSetting } from '../second-factor/second-factor.ts'
import { staffWithFactor } from '../second-factor/second-factor-store.ts'
import type { StaffId } from '../staff.ts'
import { staffEver } from '../staff-store.ts'

/** Records a sign-in or a sign-out in the authentication log and in the audit trail. Call it in a database transaction. */
export async function recordSignIn(
  tx: Knex,
  act: 'signed_in' | 'signed_out',
  { staffId, at }: { readonly staffId: StaffId; readonly at: Date },
): Promise<void> {
  await logAuthentication(tx, { kind: act, at, staffId })
  const { email } = await staffEver(tx, staffId)
  await recordAct(tx, {
    actor: { kind: 'staff', id: staffId, name: email },
    act,
    subject: `staff/${staffId}`,
    at,
  })
}

/**
 * Records that somebody used a link or came from the identity provider: a sign-in, or the first half of one. Call it in a
 * database transaction.
 */
export async function recordFirstFactor(
  tx: Knex,
  { staffId, at }: { readonly staffId: StaffId; readonly at: Date },
  { shown, setting }: { readonly shown: boolean; readonly setting: SecondFactorSetting },
): Promise<void> {
  const person = await staffWithFactor(tx, staffId)
  const isComplete = person && standingOf(person, shown, setting) === 'complete'
  if (isComplete) return recordSignIn(tx, 'signed_in', { staffId, at })
  await logAuthentication(tx, { kind: 'second_factor_asked', at, staffId })
}
