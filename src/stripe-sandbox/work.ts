import { announce } from './delivery/events.ts'
import type { EmittedType } from './delivery/events.ts'
import type { Change, Scene, Tables, TaskKind } from './state.ts'

/** A set of changes in the making: what was put is seen by what comes after, and kept only all together. */
export type Work = {
  readonly scene: Scene
  readonly changes: readonly Change[]
  /** A row as this work has left it. */
  get<T extends keyof Tables>(table: T, id: string): Tables[T] | undefined
  /** @throws when there is no such row: an error of this program, not of its caller. */
  known<T extends keyof Tables>(table: T, id: string): Tables[T]
  put<T extends keyof Tables>(table: T, id: string, value: Tables[T]): void
  announce(type: EmittedType, object: { readonly object: string }, previous?: object): void
  /** What an earlier rule made as a list. */
  add(changes: readonly Change[]): void
  /** At its time it happens; scheduled again under the same name it happens at the new time instead. */
  schedule(kind: TaskKind, subject: string, dueAtMs: number): void
  /** It will not happen any more, or has happened. */
  done(kind: TaskKind, subject: string): void
}

export function startWork(scene: Scene): Work {
  const changes: Change[] = []
  const rows = new Map<string, Change['value']>()
  const add = (more: readonly Change[]): void => {
    for (const change of more) {
      changes.push(change)
      rows.set(`${change.table}/${change.id}`, change.value)
    }
  }
  const work: Work = {
    scene,
    changes,
    get<T extends keyof Tables>(table: T, id: string) {
      // The key names the table, so the value is one of that table's.
      const own = rows.get(`${table}/${id}`) as Tables[T] | undefined
      return own ?? scene.state[table].get(id)
    },
    known(table, id) {
      const row = work.get(table, id)
      if (row === undefined) throw new Error(`The offline Stripe has lost ${table} ${id}.`)
      return row
    },
    // The pair of table and value is checked by put's own signature.
    put: (table, id, value) => add([{ table, id, value } as Change]),
    announce: (type, object, previous) => add(announce(scene, type, object, previous ?? null)),
    add,
    schedule: (kind, subject, dueAtMs) =>
      work.put('task', `${kind}:${subject}`, { kind, subject, dueAtMs, done: false }),
    done(kind, subject) {
      const task = work.get('task', `${kind}:${subject}`)
      if (task !== undefined) work.put('task', `${kind}:${subject}`, { ...task, done: true })
    },
  }
  return work
}
