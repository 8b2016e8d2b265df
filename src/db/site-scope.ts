// Each site of a service has a schema of its own in one database. Tables, types and functions are found by the
// search_path of the site's connections. Advisory locks and notifications are the whole database's, so their names have
// to carry the schema. In `public`, where a single site is, they are what they were before there were several sites.

const SEED = `(case current_schema() when 'public' then 0 else hashtextextended(current_schema(), 0) end)`

/**
 * SQL for the number of an advisory lock that is named by a text. Two sites never wait for each other.
 * @param textSql an SQL expression or a placeholder for the text
 */
export function lockKey(textSql: string): string {
  return `hashtextextended(${textSql}, ${SEED})`
}

/**
 * SQL for the number of an advisory lock that has a number in the code.
 * @param numberSql a placeholder for the number, a bigint
 */
export function numberedLockKey(numberSql: string): string {
  return `(${numberSql} # ${SEED})`
}

/**
 * SQL for a channel's name as `pg_notify` takes it: the site's own channel.
 * @throws Error for a channel that is not a plain word, since it becomes part of the statement
 */
export function channelName(channel: string): string {
  if (!/^[a-z]+$/.test(channel)) throw new Error(`${channel} is no name of a channel`)
  return `(case current_schema() when 'public' then '${channel}' else '${channel}.' || current_schema() end)`
}
