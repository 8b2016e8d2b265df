import type { Knex } from 'knex'
import type { Queryable } from '../db/database.ts'
import type { StaffId } from './staff.ts'

export async function getsMonthlyReport(db: Knex, staffId: StaffId): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    'select from monthly_report_readers where staff_id = :staffId',
    { staffId },
  )
  return rows.length > 0
}

/** Begins or ends the monthly report by mail. @returns whether that changed anything */
export async function chooseMonthlyReport(
  tx: Knex,
  ...[staffId, isChosen, now]: [staffId: StaffId, isChosen: boolean, now: Date]
): Promise<boolean> {
  const { rows } = isChosen
    ? await tx.raw<{ rows: unknown[] }>(
        `insert into monthly_report_readers (staff_id, chosen_at) values (:staffId, :now)
         on conflict (staff_id) do nothing returning 1`,
        { staffId, now },
      )
    : await tx.raw<{ rows: unknown[] }>(
        'delete from monthly_report_readers where staff_id = :staffId returning 1',
        { staffId },
      )
  return rows.length > 0
}

/** Who chose the report and has no mail of this one yet. @param keyStart of the messages' keys, before the reader's id */
export async function readersToMail(db: Queryable, keyStart: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'monthly-report-readers',
    text: `select s.id from monthly_report_readers r join staff s on s.id = r.staff_id
            where s.removed_at is null
              and not exists (select from outbox_messages m where m.message_key = $1::text || s.id::text)`,
    values: [keyStart],
  })
  return rows.map(({ id }) => id)
}
