import { z } from 'zod'
import { badParameter } from './errors.ts'
import type { StripeRefusal } from './errors.ts'

/** Form bodies contain strings only. zod's `params` carry Stripe's error code to the refusal. */
function refuse(ctx: z.RefinementCtx, code: string | undefined, message: string): typeof z.NEVER {
  ctx.addIssue({ code: 'custom', message, params: { code } })
  return z.NEVER
}

/** A non-empty string: Stripe reads an empty one as an attempt to unset the parameter. */
export function text(maxLength = 5000) {
  return z.string().transform((value, ctx) => {
    if (value === '') {
      return refuse(ctx, 'parameter_invalid_empty', 'You passed an empty string where a value is needed.')
    }
    if (value.length > maxLength) {
      return refuse(ctx, undefined, `Invalid string: ${maxLength} characters at most; ${value.length} given.`)
    }
    return value
  })
}

export function integer(minimum = Number.MIN_SAFE_INTEGER) {
  return z.string().transform((value, ctx) => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : null
    if (number === null) return refuse(ctx, 'parameter_invalid_integer', `Invalid integer: ${value}`)
    if (number >= minimum) return number
    return refuse(ctx, 'parameter_invalid_integer', `This value must be greater than or equal to ${minimum}.`)
  })
}

export const flag = z.string().transform((value, ctx) => {
  if (value === 'true' || value === 'false') return value === 'true'
  return refuse(ctx, undefined, `Invalid boolean: ${value}`)
})

/** One of a fixed list. The message names the list, as Stripe's does. */
export function oneOf<const T extends readonly string[]>(values: T) {
  return z.string().transform((value, ctx): T[number] => {
    const known = values.find((one) => one === value)
    return known ?? refuse(ctx, undefined, `Invalid value: must be one of ${values.join(', ')}`)
  })
}

export const email = text(512).transform((value, ctx) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
    ? value
    : refuse(ctx, 'email_invalid', `Invalid email address: ${value}`),
)

/** An absolute http(s) address. */
export const absoluteUrl = text().transform((value, ctx) =>
  /^https?:\/\//i.test(value) && URL.canParse(value) ? value : refuse(ctx, 'url_invalid', 'Not a valid URL'),
)

const METADATA_KEYS = 50
const METADATA_KEY_LENGTH = 40
const METADATA_VALUE_LENGTH = 500

/** Stripe's limits: 50 keys of 40 characters without square brackets, values of 500. */
export const metadata = z
  .union([z.literal('').transform(() => ({})), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((input, ctx) => {
    const entries = Object.entries(input) // keys that are all digits arrive as an array
    if (entries.length > METADATA_KEYS) return refuse(ctx, undefined, 'Metadata can have up to 50 keys.')
    const nonEmpty: Record<string, string> = {}
    for (const [key, value] of entries) {
      if (key.length > METADATA_KEY_LENGTH) {
        return refuse(ctx, undefined, 'Metadata keys can have up to 40 characters.')
      }
      if (typeof value !== 'string' || /[[\]]/.test(key)) {
        return refuse(
          ctx,
          undefined,
          'Metadata keys cannot contain square brackets and values must be strings.',
        )
      }
      if (value.length > METADATA_VALUE_LENGTH) {
        return refuse(ctx, undefined, 'Metadata values can have up to 500 characters.')
      }
      if (value !== '') nonEmpty[key] = value
    }
    return nonEmpty
  })

/** The parameters of a call that takes none but `expand`. */
export const onlyExpand = z.strictObject({ expand: z.array(text()).optional() })

/** @throws StripeRefusal for the first parameter that is wrong, named as Stripe names it: `line_items[0][quantity]`. */
export function parseParams<T>(schema: z.ZodType<T>, params: Record<string, unknown>): T {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  throw refusalOf(parsed.error, params)
}

function refusalOf(error: z.ZodError, params: unknown): StripeRefusal {
  const [issue] = error.issues
  if (issue === undefined) throw error
  const param = paramName(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const names = issue.keys.map((key) => paramName([...issue.path, key]))
      const plural = names.length === 1 ? '' : 's'
      return badParameter(
        'parameter_unknown',
        `Received unknown parameter${plural}: ${names.join(', ')}`,
        names[0],
      )
    }
    case 'custom': {
      const code: unknown = issue.params?.['code']
      return badParameter(typeof code === 'string' ? code : undefined, issue.message, param)
    }
    case 'invalid_type':
      if (valueAt(params, issue.path) === undefined) {
        return badParameter('parameter_missing', `Missing required param: ${param}.`, param)
      }
      return badParameter(undefined, `Invalid ${issue.expected}`, param)
    default:
      return badParameter(undefined, issue.message, param)
  }
}

function paramName(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('')
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  let value = params
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, part)?.value
  }
  return value
}
