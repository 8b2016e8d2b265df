import type { Queryable } from '../../db/database.ts'
import type { ReplicaAnswer } from './replica-state.ts'

/** How far the primary's write-ahead log is on its disk, such as `0/3A1B2C8`. */
export async function primaryPlace(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ place: string }>({
    name: 'primary-place',
    text: `select pg_current_wal_flush_lsn()::text as place`,
  })
  const [row] = rows
  if (!row) throw new Error('PostgreSQL names no place in its write-ahead log')
  return row.place
}

/** @param place where the primary's log was before the replica is asked */
export async function askReplica(db: Queryable, place: string): Promise<ReplicaAnswer> {
  const { rows } = await db.query<ReplicaAnswer>({
    name: 'replica-answer',
    text: `select pg_is_in_recovery() as "isReplica",
        coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) as "isLevel",
        ${milliseconds('pg_last_xact_replay_timestamp()')} as "sinceReplayMs",
        (select ${milliseconds('min(t.posted_at)')}
         from report_queue q join ledger_transactions t on t.id = q.ledger_transaction_id) as "unfoldedMs"`,
    values: [place],
  })
  const [row] = rows
  if (!row) throw new Error('The replica gave no answer')
  return row
}

const milliseconds = (since: string) =>
  `(extract(epoch from clock_timestamp() - ${since}) * 1000)::double precision`
