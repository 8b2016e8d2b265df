import type pg from 'pg'

/** What pg says of a connection that ended. */
export const KILLED = 'Connection terminated unexpectedly'

/**
 * The pool, whose n-th statement never reaches the database: what a process killed there leaves behind.
 * @param how.when `after`: the statement is run, and its answer never arrives
 * @param how.forGood whether nothing that the process does later reaches the database either. A rollback does: it stands for
 *   the end of the connection.
 */
export function dyingAt(
  pool: pg.Pool,
  n: number,
  { when = 'before', forGood = false }: { when?: 'before' | 'after'; forGood?: boolean } = {},
) {
  const seen = { statements: 0 }
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name)
        if (typeof value !== 'function') return value
        if (name === 'connect') return async () => dying(await pool.connect())
        // The connection is well, and its transaction has ended: a new one for each death would have to learn every table anew.
        if (name === 'release') return () => Reflect.apply(value, from, []) as unknown
        return (...given: unknown[]) => {
          const isStatement = name === 'query' && given[0] !== 'rollback'
          if (isStatement) seen.statements += 1
          const isLast = isStatement && seen.statements === n
          const dies = isLast || (isStatement && forGood && seen.statements > n)
          if (dies && !(isLast && when === 'after')) return Promise.reject(new Error(KILLED))
          const answer = Reflect.apply(value, from, given) as unknown // whatever the pool itself answers
          if (!dies) return answer
          return Promise.resolve(answer).then(() => Promise.reject(new Error(KILLED)))
        }
      },
    })
  return { pool: dying(pool), seen }
}

/**
 * Kills a process at each of its statements in turn, before the database has it and before its answer comes back.
 * @param work what the process does with the pool
 * @param around.prepare makes what it works on
 * @param around.afterwards what a living process makes of what is left, and what must then be true
 * @returns how often it died
 */
export async function killedEverywhere<T>(
  pool: pg.Pool,
  work: (pool: pg.Pool, prepared: T) => Promise<unknown>,
  around: {
    readonly prepare: () => Promise<T>
    readonly afterwards: (prepared: T, place: string) => Promise<void>
  },
): Promise<number> {
  let deaths = 0
  for (const when of ['before', 'after'] as const)
    for (let n = 1; ; n += 1) {
      const prepared = await around.prepare()
      const dying = dyingAt(pool, n, { when, forGood: true })
      const error = await work(dying.pool, prepared).then(
        () => null,
        (failed: unknown) => failed,
      )
      if (error !== null && !String(error).includes(KILLED)) throw error
      await around.afterwards(prepared, `killed ${when} statement ${n}`)
      if (dying.seen.statements < n) break
      deaths += 1
    }
  return deaths
}
