import type { Queryable } from '../db/database.ts'
import type { ConsentSource } from './consent.ts'
import type { Subscriber, SubscriberCounts } from './subscriber-list.ts'

export async function countSubscribers(db: Queryable): Promise<SubscriberCounts> {
  const { rows } = await db.query<{
    state: 'subscribed' | 'waiting' | 'ended'
    source: ConsentSource
    count: number
  }>(
    `select case when confirmed_at is null then 'waiting' when ended_at is null then 'subscribed' else 'ended' end as state,
            source, count(*)::int as count
       from newsletter_consents where ended_because is distinct from 'renewed' group by 1, 2 order by count desc, 2`,
  )
  const sum = (state: string) =>
    rows.filter((row) => row.state === state).reduce((total, { count }) => total + count, 0)
  return {
    subscribed: sum('subscribed'),
    waiting: sum('waiting'),
    unsubscribed: sum('ended'),
    bySource: rows
      .filter(({ state }) => state === 'subscribed')
      .map(({ source, count }) => ({ source, count })),
  }
}

/** The latest subscribers first. */
export async function latestSubscribers(db: Queryable, limit: number): Promise<readonly Subscriber[]> {
  const { rows } = await db.query<Subscriber>(
    `select id, email, language, source, confirmed_at as "confirmedAt" from newsletter_consents
      where confirmed_at is not null and ended_at is null order by confirmed_at desc, id desc limit $1`,
    [limit],
  )
  return rows
}
