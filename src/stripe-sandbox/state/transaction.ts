import { newEvent } from '../delivery/event.ts'
import type { EmittedType } from '../delivery/event.ts'
import type { Context } from './context.ts'
import type { Change, Tables, TaskKind } from './state.ts'

/** Changes that are committed all together. A row that was put is seen by every later `get`. */
export type Transaction = {
  readonly context: Context
  readonly changes: readonly Change[]
  /** A row as this transaction leaves it. */
  get<T extends keyof Tables>(table: T, id: string): Tables[T] | undefined
  /** @throws when there is no such row: an error of this program, not of its caller. */
  getOrThrow<T extends keyof Tables>(table: T, id: string): Tables[T]
  put<T extends keyof Tables>(table: T, id: string, value: Tables[T]): void
  /**
   * Creates an event and its pending webhook.
   * @param previousAttributes for `….updated`: the changed attributes with their earlier values.
   */
  emit(type: EmittedType, object: { readonly object: string }, previousAttributes?: object): void
  /** Scheduling the same kind for the same subject again moves it to the new time. */
  schedule(kind: TaskKind, subject: string, dueAtMs: number): void
  /** Removes the task from the schedule, because it has happened or must not happen any more. */
  unschedule(kind: TaskKind, subject: string): void
}

export function beginTransaction(context: Context): Transaction {
  const changes: Change[] = []
  const rows = new Map<string, Change['value']>()
  const transaction: Transaction = {
    context,
    changes,
    get<T extends keyof Tables>(table: T, id: string) {
      // The key names the table, so the value is one of that table's.
      const written = rows.get(`${table}/${id}`) as Tables[T] | undefined
      return written ?? context.state[table].get(id)
    },
    getOrThrow(table, id) {
      const row = transaction.get(table, id)
      if (row === undefined) throw new Error(`The offline Stripe has lost ${table} ${id}.`)
      return row
    },
    put(table, id, value) {
      // The pair of table and value is checked by the signature of put.
      changes.push({ table, id, value } as Change)
      rows.set(`${table}/${id}`, value)
    },
    emit(type, object, previousAttributes) {
      const event = newEvent(context, type, object, previousAttributes ?? null)
      transaction.put('event', event.id, event)
      transaction.put('delivery', event.id, {
        eventId: event.id,
        status: 'pending',
        attempts: 0,
        lastAnswer: null,
        lastAttemptAtMs: null,
      })
    },
    schedule: (kind, subject, dueAtMs) =>
      transaction.put('task', `${kind}:${subject}`, { kind, subject, dueAtMs, done: false }),
    unschedule(kind, subject) {
      const task = transaction.get('task', `${kind}:${subject}`)
      if (task !== undefined) transaction.put('task', `${kind}:${subject}`, { ...task, done: true })
    },
  }
  return transaction
}
