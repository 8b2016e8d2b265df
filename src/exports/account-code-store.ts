import type { Queryable } from '../db/database.ts'
import type { AccountCode } from './accounts.ts'

/** @param lock whether nobody else may change them until the database transaction ends */
export async function accountCodes(db: Queryable, lock = false): Promise<readonly AccountCode[]> {
  if (lock) await db.query('lock table account_codes in share row exclusive mode')
  const { rows } = await db.query<AccountCode>('select account, code, name from account_codes')
  return rows
}

/** Puts these codes in the place of all that were there. */
export async function putAccountCodes(
  tx: Queryable,
  codes: readonly AccountCode[],
  now: Date,
): Promise<void> {
  await tx.query('delete from account_codes where account <> all($1)', [codes.map(({ account }) => account)])
  await tx.query(
    `insert into account_codes (account, code, name, changed_at)
     select c.*, $4 from unnest($1::text[], $2::text[], $3::text[]) as c
     on conflict (account) do update set code = excluded.code, name = excluded.name, changed_at = excluded.changed_at
       where (account_codes.code, account_codes.name) is distinct from (excluded.code, excluded.name)`,
    [codes.map(({ account }) => account), codes.map(({ code }) => code), codes.map(({ name }) => name), now],
  )
}

/** Accounts of the ledger with entries in a range of days and currency that have no code of the newsroom's. */
export async function accountsWithoutCode(
  db: Queryable,
  {
    from,
    to,
    currency,
  }: { readonly from: string; readonly to: string; readonly currency?: string | undefined },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ account: string }>(
    `select distinct e.account from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
      where t.booked_on between $1 and $2 and ($3::text is null or e.currency = $3)
        and not exists (select from account_codes c where c.account = e.account) order by e.account`,
    [from, to, currency ?? null],
  )
  return rows.map(({ account }) => account)
}

/** How many lines a journal of the days would have. */
export async function journalLines(
  db: Queryable,
  asked: {
    readonly from: string
    readonly to: string
    readonly currency: string
    readonly by: 'day' | 'period'
  },
): Promise<number> {
  const { rows } = await db.query<{ lines: number }>(
    `select count(*)::int as lines from (
       select 1 from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
         join account_codes c on c.account = e.account
       where t.booked_on between $1 and $2 and e.currency = $3
       group by case when $4 = 'day' then t.booked_on end, c.code, c.name having sum(e.amount_minor) <> 0) as line`,
    [asked.from, asked.to, asked.currency, asked.by],
  )
  return rows[0]?.lines ?? 0
}

/** The currencies of the ledger. */
export async function ledgerCurrencies(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ currency: string }>(
    `select distinct currency from ledger_account_totals where grain = 'month' order by currency`,
  )
  return rows.map(({ currency }) => currency)
}
