/** What a column holds, which decides how a spreadsheet reads it. */
export type ColumnKind =
  /** Anything that a person or a program wrote: guarded against being read as a formula. */
  | 'text'
  /** One of our own words or Stripe's ids, which cannot begin like a formula. */
  | 'code'
  | 'integer'
  /** An exact number with a point. */
  | 'decimal'
  /** A calendar day. */
  | 'day'
  /** A wall clock time in the newsroom's time zone, without the zone. */
  | 'time'

export type ExportColumn = {
  /** The heading. It belongs to the format of the file: programs read it, so it is the same in every language. */
  readonly heading: string
  readonly kind: ColumnKind
  /** An SQL expression over the tables of `from`. */
  readonly sql: string
}

/** The rows of a file. */
export type ExportTable = {
  readonly columns: readonly ExportColumn[]
  /** SQL from `from` to the end: joins, conditions, order. It names values as `:name`. */
  readonly from: string
  readonly values: Readonly<Record<string, string | number>>
}

export const fileFormats = ['csv', 'xlsx'] as const
export type FileFormat = (typeof fileFormats)[number]

/** A text as Postgres reads it within a statement that takes no parameters, as COPY does not. */
export type Literal = (text: string) => string

/** The SQL with its values written into it. @throws Error for a name without a value */
export function withValues(sql: string, values: ExportTable['values'], literal: Literal): string {
  // `::` is a cast, and nothing in quotes is a name: no expression here has a colon in quotes.
  return sql.replace(/(?<![:\w]):([a-zA-Z]\w*)/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the value of ${name} is missing`)
    return literal(String(value))
  })
}

/** SQL with numbered parameters as `withValues` reads it: each `$1` as `:p1`, and lists as arrays of Postgres. */
export function withNames({ text, values }: { readonly text: string; readonly values: readonly unknown[] }): {
  readonly sql: string
  readonly values: ExportTable['values']
} {
  return {
    sql: text.replace(/\$(\d+)/g, ':p$1'),
    values: Object.fromEntries(values.map((value, index) => [`p${index + 1}`, asText(value)])),
  }
}

function asText(value: unknown): string {
  if (Array.isArray(value))
    return `{${value.map((one) => `"${asText(one).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return String(value)
  throw new Error(`a ${typeof value} cannot be written into a statement`)
}
