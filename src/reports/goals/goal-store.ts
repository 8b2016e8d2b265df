import { z } from 'zod'
import type { Queryable } from '../../db/database.ts'
import { goalRow, type Goal } from './goal.ts'

const COLUMNS = `id, title, counted, campaign_name as "campaignName", currency, amount_minor as "amountMinor",
  starts_on as "startsOn", ends_on as "endsOn", matching_text as "matchingText", matching_minor as "matchingMinor"`

/** The goals that readers see, the latest end first. */
export async function listGoals(db: Queryable): Promise<readonly Goal[]> {
  const { rows } = await db.query(
    `select ${COLUMNS} from goals where taken_down_at is null order by ends_on desc, created_at desc`,
  )
  return z.array(goalRow).parse(rows)
}

/** Null when there is none, or it was taken down. */
export async function goalById(db: Queryable, id: string): Promise<Goal | null> {
  const { rows } = await db.query(`select ${COLUMNS} from goals where id = $1 and taken_down_at is null`, [
    id,
  ])
  return z.array(goalRow).parse(rows)[0] ?? null
}

/** @returns false when the form that asks for it was sent before */
export async function insertGoal(tx: Queryable, goal: Goal, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into goals (id, title, counted, campaign_name, currency, amount_minor, starts_on, ends_on, matching_text,
       matching_minor, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing`,
    [
      goal.id,
      goal.title,
      goal.counted,
      goal.campaignName,
      goal.currency,
      goal.amountMinor,
      goal.startsOn,
      goal.endsOn,
      goal.matching?.text ?? null,
      goal.matching?.minor ?? null,
      at,
    ],
  )
  return rowCount === 1
}

/** @returns its title; null when readers did not see it any more */
export async function takeDownGoal(tx: Queryable, id: string, at: Date): Promise<string | null> {
  const { rows } = await tx.query<{ title: string }>(
    'update goals set taken_down_at = $2 where id = $1 and taken_down_at is null returning title',
    [id, at],
  )
  return rows[0]?.title ?? null
}
