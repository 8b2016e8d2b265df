import type { Knex } from 'knex'
import type { RegisterProof, RegisterRow } from './receipt-register.ts'
import { registerProof, registerRows } from './receipt-register-sql.ts'

export async function proofOfRegister(db: Knex, year: number): Promise<RegisterProof> {
  const { rows } = await db.raw<{ rows: RegisterProof[] }>(registerProof, { year })
  const [proof] = rows
  if (!proof) throw new Error('The proof has no row')
  return proof
}

/** A page of the register. @param from the first number */
export async function registerPage(
  db: Knex,
  { year, from, limit }: { readonly year: number; readonly from: number; readonly limit: number },
): Promise<readonly RegisterRow[]> {
  const { rows } = await db.raw<{ rows: RegisterRow[] }>(
    `select g.*, d.donor_name from (${registerRows({ first: 'cast(:from as bigint)', last: 'cast(:from as bigint) + :limit - 1' })}) as g
       left join donations d on d.id = g.donation_id order by g.number`,
    { year, from, limit },
  )
  return rows
}
