/** PostgreSQL's five-character error code, if the error is one of its own (postgresql.org/docs, appendix A). */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

/**
 * Whether the database refused the data itself (class 22 bad value, 23 constraint or our triggers, 54 too complex):
 * trying the same rows again cannot help, unlike a lost connection, a deadlock or a full disk.
 */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '')
}

/** Which rule was broken, without the values that broke it: they may be a donor's. */
export function ruleBroken(error: unknown): string {
  const rule = error instanceof Error && 'constraint' in error ? String(error.constraint ?? '') : ''
  return `database refused it (${[sqlState(error), rule].filter(Boolean).join(' ')})`
}
