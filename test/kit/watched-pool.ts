import type pg from 'pg'

/** The pool, and the statements that went through it in their order, without their values. */
export function watched(pool: pg.Pool): { readonly pool: pg.Pool; readonly statements: string[] } {
  const statements: string[] = []
  const watching = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name)
        if (typeof value !== 'function') return value
        if (name === 'connect') return async () => watching(await pool.connect())
        return (...given: unknown[]) => {
          if (name === 'query') {
            const [query] = given
            statements.push(typeof query === 'string' ? query : String(Reflect.get(Object(query), 'text')))
          }
          return Reflect.apply(value, from, given) as unknown // whatever the pool itself answers
        }
      },
    })
  return { pool: watching(pool), statements }
}
