import { z } from 'zod'
import { Refusal, type FieldProblem } from './refusal.ts'

/** The input as the schema reads it. @throws Refusal malformed, naming every problem at once */
export function parseOrRefuse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  detail = 'The request is not valid.',
): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new Refusal('malformed', detail, { problems: problemsOf(parsed.error) })
}

const QUERY_NOT_VALID = 'The query is not valid.'

/**
 * A query string as the schema reads it.
 * @param further problems that no schema sees, since they depend on the time for instance; named with the others
 * @throws Refusal malformed, naming every problem at once
 */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: unknown,
  further: readonly FieldProblem[] = [],
): z.output<Schema> {
  const parsed = schema.safeParse(query)
  if (parsed.success && further.length === 0) return parsed.data
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error)), ...further]
  throw new Refusal('malformed', QUERY_NOT_VALID, { problems })
}

/** The `limit` of a list that is read page by page. */
export function pageLimit({ usual, largest }: { readonly usual: number; readonly largest: number }) {
  const problem = `must be a whole number from 1 to ${largest}`
  return z.coerce.number({ error: problem }).int(problem).min(1, problem).max(largest, problem).default(usual)
}

/**
 * Makes a zod transform of a parser: `z.string().transform(parsedBy(parseMonth, 'must be a month'))`.
 * @param parse answers null for a text that it does not accept; that is then the field's problem
 */
export function parsedBy<T>(parse: (text: string) => T | null, problem: string) {
  return (text: string, context: z.RefinementCtx): T => {
    const value = parse(text)
    if (value !== null) return value
    context.issues.push({ code: 'custom', message: problem, input: text })
    return z.NEVER
  }
}

/** One problem per field, unknown fields by their names; the values themselves are never repeated. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: pointerTo([...issue.path, key]),
          message: 'is not a known field',
        }))
      : [{ pointer: pointerTo(issue.path), message: issue.message }],
  )
}

/** JSON pointer, RFC 6901: `/article/url`; the whole document is the empty pointer. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
