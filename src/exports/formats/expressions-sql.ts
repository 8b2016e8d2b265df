/** The wall clock of the newsroom, to the second. The table's values need `timezone`. */
export function wallClockSql(instant: string): string {
  return `date_trunc('second', ${instant} at time zone :timezone)`
}

/** `2026-000123`, as `receiptNumber` writes it. */
export function receiptNumberSql(year: string, number: string): string {
  return `(${year}) || '-' || case when ${number} < 1000000 then right((1000000 + ${number})::text, 6) else (${number})::text end`
}
