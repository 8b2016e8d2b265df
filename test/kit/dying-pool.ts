import type pg from 'pg'

/** What pg says of a connection that ended. */
export const KILLED = 'Connection terminated unexpectedly'

/** The pool, whose n-th statement never reaches the database: what a process killed there leaves behind. */
export function dyingAt(pool: pg.Pool, n: number) {
  const seen = { statements: 0 }
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name)
        if (typeof value !== 'function') return value
        if (name === 'connect') return async () => dying(await pool.connect())
        return (...given: unknown[]) => {
          if (name === 'query' && given[0] !== 'rollback') {
            seen.statements += 1
            if (seen.statements === n) return Promise.reject(new Error(KILLED))
          }
          return Reflect.apply(value, from, given) as unknown // whatever the pool itself answers
        }
      },
    })
  return { pool: dying(pool), seen }
}
