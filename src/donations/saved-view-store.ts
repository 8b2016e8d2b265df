import type { Queryable } from '../db/database.ts'

/** Filters of the list of donations under a name: of one person, or shared with the newsroom. */
export type SavedView = {
  readonly id: string
  readonly name: string
  /** The query of the list's address. */
  readonly filters: string
  readonly isShared: boolean
  readonly isOwn: boolean
  readonly ownerEmail: string
}

/** More views than so many are no help to anybody. */
const MOST_VIEWS = 50

/** A person's own views and those that are shared, by name. */
export async function savedViews(db: Queryable, staffId: string): Promise<SavedView[]> {
  const { rows } = await db.query<SavedView>({
    name: 'saved-views',
    text: `select v.id, v.name, v.filters, v.shared as "isShared", v.staff_id = $1 as "isOwn", s.email as "ownerEmail"
           from saved_views v join staff s on s.id = v.staff_id
           where v.staff_id = $1 or v.shared order by lower(v.name), v.id limit $2`,
    values: [staffId, 2 * MOST_VIEWS],
  })
  return rows
}

/** Saves a view, in place of the person's view of the same name. @returns false when the person has too many */
export async function saveView(
  tx: Queryable,
  view: {
    readonly id: string
    readonly staffId: string
    readonly name: string
    readonly filters: string
    readonly isShared: boolean
  },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into saved_views (id, staff_id, name, filters, shared, saved_at)
     select $1, $2, $3, $4, $5, $6
     where (select count(*) from saved_views where staff_id = $2 and name <> $3) < $7
     on conflict (staff_id, name) do update set filters = excluded.filters, shared = excluded.shared, saved_at = excluded.saved_at`,
    [view.id, view.staffId, view.name, view.filters, view.isShared, now, MOST_VIEWS],
  )
  return rowCount !== 0
}

/**
 * Deletes a person's own view, or a shared one for those who may.
 * @returns whether it was shared; null when there is none that the person may delete
 */
export async function deleteView(
  tx: Queryable,
  {
    id,
    staffId,
    mayDeleteShared,
  }: { readonly id: string; readonly staffId: string; readonly mayDeleteShared: boolean },
): Promise<{ readonly isShared: boolean } | null> {
  const { rows } = await tx.query<{ isShared: boolean }>(
    `delete from saved_views where id = $1 and (staff_id = $2 or (shared and $3)) returning shared as "isShared"`,
    [id, staffId, mayDeleteShared],
  )
  return rows[0] ?? null
}
