import type { Queryable } from '../../db/database.ts'
import type { ChargeVolume } from './charge-volume.ts'

/** Of a calendar year, by currency and month. */
export async function chargeVolumes(db: Queryable, year: number): Promise<ChargeVolume[]> {
  const { rows } = await db.query<ChargeVolume>({
    name: 'charge-volumes',
    text: `select month, currency, type, charges, gross_minor as "grossMinor" from charge_volumes
           where month between $1 and $2 order by currency, month, type`,
    values: [`${year}-01`, `${year}-12`],
  })
  return rows
}
