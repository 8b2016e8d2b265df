import type { Queryable } from '../../db/database.ts'
import { amountRangeSql } from './search-amounts.ts'
import { periodsOfSql } from './search-periods.ts'
import { giftWordsSql, storyWordsSql } from './search-words-sql.ts'

/** What is searched of donations and their stories. A gift that was taken back with its import has no text any more. */
export async function writeSearchTexts(tx: Queryable, donationIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'fold-search-texts',
    text: `with given as materialized (select * from donations where id = any($1)),
             stories as (
               insert into report_search_stories (id, article_url, words)
               select distinct md5(concat_ws(' ', g.article_url, ${storyWordsSql('g')}))::uuid, g.article_url, ${storyWordsSql('g')}
               from given g where g.article_url is not null
               on conflict (id) do nothing),
             gone as (
               delete from report_search_texts s where s.donation_id = any($1)
                 and not exists (select from donations d where d.id = s.donation_id))
           insert into report_search_texts as s (donation_id, words, periods)
           select g.id, ${giftWordsSql('g')}, ${periodsOfSql('g.succeeded_at')} || ${amountRangeSql('g')} from given g
           on conflict (donation_id) do update set words = excluded.words, periods = excluded.periods
             where (s.words, s.periods) is distinct from (excluded.words, excluded.periods)`,
    values: [donationIds],
  })
}
