import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import { SHOW_UNSENT } from '../../../access/session/unsent-form.ts'
import { formBody } from '../../../http/body.ts'
import { statusOf } from '../../../http/error-handler.ts'
import { problemsOf } from '../../../http/parse.ts'
import { Refusal, type RefusalKind } from '../../../http/refusal.ts'
import type { FormProblem } from '../../../html/form-problems-view.ts'
import type { KeptForm } from './kept-form-view.ts'

// By the context of the request.
const sentForms = new WeakMap<object, Readonly<Record<string, string>>>()
const fieldsByRequest = new WeakMap<object, URLSearchParams>()
const keptForms = new WeakMap<object, KeptForm>()

/** The fields of the form that was sent. They are remembered, so that a page can show them again. */
export async function sentForm(ctx: Context): Promise<Readonly<Record<string, string>>> {
  const fields = Object.fromEntries(await sentFields(ctx))
  sentForms.set(ctx, fields)
  return fields
}

/** The same of a form in which a name may stand more than once. */
export async function sentFields(ctx: Context): Promise<URLSearchParams> {
  const fields = await formBody(ctx)
  fieldsByRequest.set(ctx, fields)
  return fields
}

/** Empty when none was read. */
export function sentFieldsOf(ctx: Context): URLSearchParams {
  return fieldsByRequest.get(ctx) ?? new URLSearchParams()
}

/** The same for a page that shows it again: empty when none was read. */
export function sentFormOf(ctx: Context): Readonly<Record<string, string>> {
  return sentForms.get(ctx) ?? {}
}

/** What is wrong with each field, for the person who typed it; `form` for what no field shows. */
export type FieldWords = Readonly<Record<string, string>>

/**
 * The form as the schema reads it.
 * @throws Refusal malformed, with one problem for each field that is not as the schema wants it
 */
export async function readForm<Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
  words: FieldWords & { readonly form: string },
): Promise<z.output<Schema>> {
  const read = schema.safeParse(await sentForm(ctx))
  if (read.success) return read.data
  throw fieldRefusal(
    problemsOf(read.error).map(({ pointer }) => pointer.slice(1).split('/')[0] ?? ''),
    words,
  )
}

/** A refusal that names these fields. */
export function fieldRefusal(
  fields: readonly string[],
  words: FieldWords & { readonly form: string },
): Refusal {
  const problems = [...new Set(fields)].map((field) =>
    words[field] === undefined
      ? { pointer: '', message: words.form }
      : { pointer: `/${field}`, message: words[field] },
  )
  const [first] = problems
  return new Refusal('malformed', first?.message ?? words.form, { problems })
}

/** What a page can say beside its form. Anything else stands on a page of its own. */
const SHOWN_AGAIN = new Set<RefusalKind>([
  'malformed',
  'conflict',
  'not_found',
  'forbidden',
  'too_large',
  'too_slow',
  'unsupported_media_type',
  'too_many_requests',
  'unavailable',
])

type Page = (ctx: Context) => unknown

/**
 * The one way in which a form of finance is refused: its page is shown again, with the status of the refusal, every
 * problem named above it and beside its field, and everything that was typed. It stands before the route of the form.
 */
export function showsAgain({
  page,
  otherwise,
  idOf = (field) => field,
  main = null,
  texts = [],
}: {
  readonly page: Page
  /** The page to show when the form's own page is not there any more. */
  readonly otherwise?: Page
  /** The id of a field's control, from its name. */
  readonly idOf?: (field: string, ctx: Context) => string
  /** The field that a problem of the whole form leads to. */
  readonly main?: string | null
  /** Names of the fields that people write into. */
  readonly texts?: readonly string[]
}): Middleware {
  const textsOf = (typed: Readonly<Record<string, string>>) =>
    texts.map((name) => typed[name] ?? '').filter((words) => words.trim() !== '')
  return async (ctx, next) => {
    if (ctx.query[SHOW_UNSENT] !== undefined) {
      const typed = await sentForm(ctx)
      keptForms.set(ctx, { action: ctx.path, typed, problems: [], texts: textsOf(typed), isUnsent: true })
      await page(ctx)
      return
    }
    try {
      await next()
    } catch (error) {
      if (!(error instanceof Refusal) || !SHOWN_AGAIN.has(error.kind)) throw error
      const typed = sentFormOf(ctx)
      const idOrNull = (field: string | null) => (field === null ? null : idOf(field, ctx))
      const problems: FormProblem[] =
        error.problems.length === 0
          ? [{ fieldId: idOrNull(main), message: error.message }]
          : error.problems.map(({ pointer, message }) => ({
              fieldId: pointer === '' ? idOrNull(main) : idOf(pointer.slice(1), ctx),
              message,
            }))
      ctx.status = statusOf[error.kind]
      if (error.retryAfterSeconds !== null) ctx.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)))
      // What was not read of the body would be taken for the next request.
      if (error.kind === 'too_large' || error.kind === 'too_slow') ctx.set('Connection', 'close')
      keptForms.set(ctx, { action: ctx.path, typed, problems, texts: textsOf(typed) })
      try {
        await page(ctx)
      } catch (notShown) {
        if (!(notShown instanceof Refusal)) throw notShown
        if (!otherwise) throw error
        await otherwise(ctx)
      }
    }
  }
}

/** Shows the form of this request again as it was sent, since its sender wants to change something. */
export function keepToChange(ctx: Context, action: string = ctx.path): void {
  keptForms.set(ctx, { action, typed: sentFormOf(ctx), problems: [], texts: [] })
}

/** The form that the page shows again; null: none was sent. */
export function keptFormOf(ctx: object): KeptForm | null {
  return keptForms.get(ctx) ?? null
}

/** The fields that every form of a period has; others stand in links. */
const ASKED_DAYS = new Set(['/from', '/to'])

/**
 * A page whose form asks by its address. What the address asks and the page does not know is named above the usual page,
 * with everything that was typed still in its fields. The controls of the form have the names of its fields as ids.
 */
export function asksAgain(page: (ctx: Context) => Promise<unknown>): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    try {
      await page(ctx)
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'malformed') throw error
      const typed = Object.fromEntries(
        Object.entries(ctx.query).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
      )
      const problems: FormProblem[] =
        error.problems.length === 0
          ? [{ fieldId: null, message: error.message }]
          : error.problems.map(({ pointer, message }) => ({
              fieldId: ASKED_DAYS.has(pointer) ? pointer.slice(1) : null,
              message,
            }))
      keptForms.set(ctx, { action: ctx.path, typed, problems, texts: [] })
      ctx.query = {}
      ctx.status = statusOf[error.kind]
      await page(ctx)
    }
  }
}
