import type { Queryable } from '../db/database.ts'

const MOST_ATTEMPTS = 5

/** Takes a day for one try; until the next one is due no other worker gets it. @returns whether it was taken */
export async function takeDay(db: Queryable, day: string): Promise<boolean> {
  await db.query({
    name: 'digest-day-begin',
    text: 'insert into digest_days (day) values ($1) on conflict do nothing',
    values: [day],
  })
  const { rows } = await db.query({
    name: 'digest-day-take',
    text: `update digest_days set attempts = attempts + 1, next_attempt_at = now() + interval '10 minutes'
            where day = $1 and sent_at is null and attempts < $2 and next_attempt_at <= now() returning 1`,
    values: [day, MOST_ATTEMPTS],
  })
  return rows.length > 0
}

export async function markSent(db: Queryable, day: string): Promise<void> {
  await db.query({
    name: 'digest-day-sent',
    text: 'update digest_days set sent_at = now() where day = $1',
    values: [day],
  })
}
