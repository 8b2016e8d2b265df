import { z } from 'zod'
import type { Queryable } from '../db/database.ts'
import { storedMoney } from '../money/money.ts'
import { givenUpMessages } from '../outbox/outbox-store.ts'
import type { UndeliveredMail } from './undelivered-mail.ts'

const donationRow = z.object({
  id: z.uuid(),
  currency: z.string(),
  gross_minor: z.bigint(),
  donor_name: z.string().nullable(),
  donor_email: z.string().nullable(),
  is_recurring: z.boolean(),
})

/** The mails that somebody has to look at, oldest first. @param filter.donationId of one donation alone */
export async function undeliveredMails(
  tx: Queryable,
  filter: { readonly donationId?: string | null; readonly limit?: number } = {},
): Promise<readonly UndeliveredMail[]> {
  const messages = await givenUpMessages(tx, {
    subject: filter.donationId ?? null,
    limit: filter.limit ?? null,
  })
  const { rows } = await tx.query(
    `select id, currency, gross_minor, donor_name, donor_email, stripe_subscription_id is not null as is_recurring
       from donations where id = any($1::uuid[])`,
    [messages.map(({ subject }) => subject)],
  )
  const donations = new Map(
    z
      .array(donationRow)
      .parse(rows)
      .map((row) => [row.id, row]),
  )
  return messages.flatMap(({ subject, messageKey, ...message }) => {
    const row = donations.get(subject)
    if (!row) return []
    const { id, donor_name: donorName, donor_email: donorEmail, is_recurring: isRecurring } = row
    const gross = storedMoney(row.gross_minor, row.currency)
    return [
      {
        ...message,
        receiptNumber: messageKey.split('.')[1] ?? '',
        donation: { id, gross, donorName, donorEmail, isRecurring },
      },
    ]
  })
}
