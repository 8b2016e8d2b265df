import { randomInt } from 'node:crypto'
import type { Knex } from 'knex'
import { hashOf } from '../secret-hash.ts'
import type { StaffId } from '../staff.ts'

const HOW_MANY = 10
// Crockford's alphabet: nobody takes one of its characters for another one.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
// 120 random bits: of 112 and more a plain hash is enough, even for somebody who has a copy of the table (ASVS 5.0, 6.5.2).
const GROUPS = 6
const GROUP_LENGTH = 4

/**
 * Ten new codes in place of all earlier ones. Call it in a database transaction.
 * @returns the codes, which are shown once: only their hashes are stored
 */
export async function makeRecoveryCodes(tx: Knex, staffId: StaffId, now: Date): Promise<readonly string[]> {
  const codes = Array.from({ length: HOW_MANY }, newCode)
  await tx('staff_recovery_codes').where({ staff_id: staffId }).delete()
  await tx('staff_recovery_codes').insert(
    codes.map((code) => ({ code_hash: hashOf(normalised(code)), staff_id: staffId, made_at: now })),
  )
  return codes
}

/** Whether it is an unused code of this person. It is used up now. */
export async function useRecoveryCode(tx: Knex, staffId: StaffId, code: string, now: Date): Promise<boolean> {
  const used = await tx('staff_recovery_codes')
    .where({ staff_id: staffId, code_hash: hashOf(normalised(code)) })
    .whereNull('used_at')
    .update({ used_at: now })
  return used === 1
}

function newCode(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}

/** As people write it: in capitals, with other separators, with the letter o for a zero. */
function normalised(code: string): string {
  return code
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
}
