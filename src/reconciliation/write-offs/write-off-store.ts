import type { Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import type { LedgerAccount } from '../../ledger/ledger.ts'
import type { Decided, WriteOff, WriteOffDecision } from './write-off.ts'
import { lockKey } from '../../db/site-scope.ts'

type Row = Omit<WriteOff, WriteOffDecision> & {
  readonly decisions: Partial<Record<WriteOffDecision, { by: string; at: string; reason: string | null }>>
}

const COLUMNS = `w.id, w.month, w.object, w.kind, w.currency, w.amount_minor as "amountMinor",
  w.from_account as "fromAccount", w.to_account as "toAccount", w.reason, w.needs_approval as "needsApproval",
  w.prepared_by as "preparedBy", w.prepared_at as "preparedAt"`

/** @param where a condition on `w`, the write-off, with the parameters after `$1`, the instant after which nothing counts */
async function select(
  db: Queryable,
  where: string,
  asOf: Date,
  values: readonly unknown[],
): Promise<WriteOff[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS}, coalesce((select json_object_agg(d.decision,
         json_build_object('by', d.decided_by, 'at', d.decided_at, 'reason', d.reason))
       from write_off_decisions d where d.write_off_id = w.id and d.decided_at <= $1), '{}') as decisions
     from write_offs w where w.prepared_at <= $1 and ${where} order by w.prepared_at, w.id`,
    [asOf, ...values],
  )
  return rows.map(({ decisions, ...row }) => {
    const decided = (decision: WriteOffDecision): Decided | null => {
      const made = decisions[decision]
      return made ? { ...made, at: new Date(made.at) } : null
    }
    return { ...row, posted: decided('posted'), declined: decided('declined'), reversed: decided('reversed') }
  })
}

/** Those that were prepared on the page of the month, and those of these objects from whatever month. */
export async function writeOffsOf(
  db: Queryable,
  month: Month,
  asOf: Date,
  objects: readonly string[] = [],
): Promise<WriteOff[]> {
  return select(db, '(w.month = $2 or w.object = any($3))', asOf, [month, objects])
}

export async function allWriteOffs(db: Queryable): Promise<WriteOff[]> {
  return select(db, 'true', new Date(8.64e15), [])
}

/** Locks the write-off until the transaction ends, so that it is decided once. */
export async function lockWriteOff(tx: Queryable, id: string, now: Date): Promise<WriteOff | null> {
  if (!UUID.test(id)) return null
  await tx.query(`select from write_offs where id = $1 for update`, [id])
  const [found] = await select(tx, 'w.id = $2', now, [id])
  return found ?? null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Until the transaction ends, nobody else prepares or posts a write-off of the object. */
export async function lockObject(tx: Queryable, object: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${lockKey("'write-off ' || $1")})`, [object])
}

export async function insertWriteOff(
  tx: Queryable,
  writeOff: Omit<WriteOff, WriteOffDecision>,
): Promise<void> {
  await tx.query(
    `insert into write_offs (id, month, object, kind, currency, amount_minor, from_account, to_account, reason,
       needs_approval, prepared_by, prepared_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      writeOff.id,
      writeOff.month,
      writeOff.object,
      writeOff.kind,
      writeOff.currency,
      writeOff.amountMinor,
      writeOff.fromAccount,
      writeOff.toAccount,
      writeOff.reason,
      writeOff.needsApproval,
      writeOff.preparedBy,
      writeOff.preparedAt,
    ],
  )
}

export async function insertDecision(
  tx: Queryable,
  id: string,
  decision: WriteOffDecision,
  { by, at, reason }: Decided,
): Promise<void> {
  await tx.query(
    `insert into write_off_decisions (write_off_id, decision, decided_by, decided_at, reason) values ($1, $2, $3, $4, $5)`,
    [id, decision, by, at, reason],
  )
}

/** What the object stands at on the account in this currency: minor units, a debit is positive. */
export async function standingMinor(
  tx: Queryable,
  { object, currency, account }: { object: string; currency: string; account: LedgerAccount },
): Promise<bigint> {
  const { rows } = await tx.query<{ sum: string }>(
    `select coalesce(sum(e.amount_minor), 0) as sum
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
     where t.clears = $1 and e.account = $2 and e.currency = $3`,
    [object, account, currency],
  )
  return BigInt(rows[0]?.sum ?? 0)
}
