import type { Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import type { SignOffReview } from './sign-off-review.ts'

/** What was accepted and written off on the month's page, and who reviewed it last. */
export async function signOffReview(db: Queryable, month: Month): Promise<SignOffReview> {
  const { rows } = await db.query<{
    acts: number
    covers: string
    by: string | null
    at: Date | null
    reviewed: string | null
  }>(
    `with acts as (
       select signed_off_at as at from month_sign_offs where month = $1
       union all select prepared_at from write_offs where month = $1
       union all select d.decided_at from write_off_decisions d join write_offs w on w.id = d.write_off_id where w.month = $1
     ), state as (
       select count(*)::int as acts,
         count(*) || ' ' || coalesce(to_char(max(at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') as covers from acts
     )
     select acts, state.covers, reviewed_by as by, reviewed_at as at, latest.covers as reviewed
     from state left join lateral (
       select * from sign_off_reviews where month = $1 order by id desc limit 1) latest on true`,
    [month],
  )
  const [row] = rows
  if (!row) throw new Error('The query for the review of sign-offs returned no row')
  const { acts, covers, by, at, reviewed } = row
  return {
    acts,
    covers,
    latest: by === null || at === null ? null : { by, at, isCurrent: reviewed === covers },
  }
}

export async function insertReview(
  tx: Queryable,
  review: {
    readonly month: Month
    readonly covers: string
    readonly reviewedBy: string
    readonly reviewedAt: Date
  },
): Promise<void> {
  const { month, covers, reviewedBy, reviewedAt } = review
  await tx.query(
    `insert into sign_off_reviews (month, covers, reviewed_by, reviewed_at) values ($1, $2, $3, $4)`,
    [month, covers, reviewedBy, reviewedAt],
  )
}
