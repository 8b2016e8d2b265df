import { wallClockSql } from '../formats/expressions-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** The newsletter's subscribers with the consent of each, the earliest first. */
export function newsletterFile(timezone: string): ExportTable {
  return {
    columns: [
      { heading: 'E-mail', kind: 'text', sql: 'c.email' },
      { heading: 'Language', kind: 'code', sql: 'c.language' },
      { heading: 'Source', kind: 'code', sql: 'c.source' },
      { heading: 'Article', kind: 'text', sql: 'c.article_url' },
      { heading: 'Asked at', kind: 'time', sql: wallClockSql('c.asked_at') },
      { heading: 'Confirmed at', kind: 'time', sql: wallClockSql('c.confirmed_at') },
      { heading: 'Consent', kind: 'text', sql: 'c.text' },
      { heading: 'Consent id', kind: 'code', sql: 'c.id::text' },
    ],
    from: `from newsletter_consents c where c.confirmed_at is not null and c.ended_at is null order by c.confirmed_at, c.id`,
    values: { timezone },
  }
}
