import type pg from 'pg'

/** What a refused request must leave as it was. */
const TABLES = [
  'donations',
  'ledger_transactions',
  'ledger_entries',
  'receipts',
  'receipt_voidings',
  'refund_requests',
  'write_offs',
  'month_closings',
  'staff',
  'api_tokens',
  'newsroom_profiles',
  'restrictions',
  'goals',
  'webhook_endpoints',
  'account_codes',
  'supporter_entries',
  'donation_notes',
  'imported_gifts',
] as const

/** One text that is another once a row of these tables is. */
export async function keptRows(pool: pg.Pool): Promise<string> {
  const parts = TABLES.map(
    (table) =>
      `(select '${table} ' || count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) from ${table} t)`,
  )
  const { rows } = await pool.query<{ kept: string[] }>({
    name: 'hostile-kept-rows',
    text: `select array[${parts.join()}] as kept`,
  })
  return rows[0]?.kept.join('; ') ?? ''
}
