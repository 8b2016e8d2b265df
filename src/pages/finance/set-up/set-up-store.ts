import type { Queryable } from '../../../db/database.ts'
import type { SetUpFacts } from './set-up.ts'

export async function readSetUpFacts(db: Queryable): Promise<SetUpFacts> {
  const { rows } = await db.query<SetUpFacts & { staff: bigint; withoutFactor: bigint }>({
    name: 'set-up-facts',
    text: `select
        exists (select from inbox_events where origin = 'webhook') as "hasWebhook",
        exists (select from outbox_messages where sent_at is not null) as "hasSentMail",
        exists (select from donations) as "hasGift",
        exists (select from account_codes) as "hasAccountCodes",
        (select count(*) from staff where removed_at is null) as staff,
        (select count(*) from staff s where removed_at is null and role in ('finance', 'admin')
           and not exists (select from staff_passkeys p where p.staff_id = s.id)
           and not exists (select from staff_totp_secrets t where t.staff_id = s.id)) as "withoutFactor"`,
  })
  const [row] = rows
  if (!row) throw new Error('A query of sums answered no row')
  return { ...row, staff: Number(row.staff), withoutFactor: Number(row.withoutFactor) }
}
