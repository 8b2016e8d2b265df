import type { Queryable } from '../db/database.ts'

/** The titles of articles, as their latest gifts have them. */
export async function articleTitles(
  db: Queryable,
  urls: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (urls.length === 0) return new Map()
  const { rows } = await db.query<{ url: string; title: string }>({
    name: 'article-titles',
    text: `select url, latest.title from unnest($1::text[]) as url
             cross join lateral (
               select d.article_title as title from donations d where d.article_url = url
               order by d.succeeded_at desc, d.id desc limit 1) latest
           where latest.title is not null`,
    values: [urls],
  })
  return new Map(rows.map(({ url, title }) => [url, title]))
}
