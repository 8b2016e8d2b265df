import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Page } from '../settlement/balance/stripe-balance.ts'
import type { StripeListName, UnreadableRow } from '../settlement/unreadable-row.ts'
import { objectId, timestamp } from './field-schema.ts'

/** An answer is not a list as Stripe documents it. The message names fields, never their values. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}

/** One row of a list: what it is for us, or why it cannot be read. */
export type RowReading<Row> = { readonly row: Row } | { readonly reason: string }

// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
const envelope = z.object({ data: z.array(z.unknown()), has_more: z.boolean() })
const identified = z.object({ id: objectId })
const dated = z.object({ created: timestamp })

/**
 * Reads a page of a list row by row: a row that cannot be read is returned beside the others and stops none of them.
 * @throws UnreadableAnswer when the answer is no list, or when no row says where the list continues
 */
export function pageOf<Row>(
  list: StripeListName,
  answer: unknown,
  read: (row: unknown) => RowReading<Row>,
): Page<Row> {
  const page = envelope.safeParse(answer)
  if (!page.success)
    throw new UnreadableAnswer(`Stripe’s list of ${list} has an unexpected shape: ${problemsOf(page.error)}`)
  const { data, has_more: more } = page.data
  const rows: Row[] = []
  const unreadable: UnreadableRow[] = []
  for (const one of data) {
    const reading = read(one)
    if ('row' in reading) rows.push(reading.row)
    else unreadable.push(unreadableRow(list, one, reading.reason))
  }
  if (!more) return { rows, unreadable, next: null }
  const next = data.map((one) => identified.safeParse(one).data?.id).findLast((id) => id !== undefined)
  if (next === undefined) throw new UnreadableAnswer(`No row of Stripe’s list of ${list} has an id`)
  return { rows, unreadable, next }
}

/** A reader of rows by a schema. */
export function readBy<Row>(schema: z.ZodType<Row>): (row: unknown) => RowReading<Row> {
  return (row) => {
    const read = schema.safeParse(row)
    return read.success ? { row: read.data } : { reason: problemsOf(read.error) }
  }
}

/** The fields of a failed reading and what is wrong with each. zod's messages do not repeat the values. */
export function problemsOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')} (${message})`))
    .join(', ')
}

function unreadableRow(list: StripeListName, row: unknown, reason: string): UnreadableRow {
  const text = JSON.stringify(row) ?? 'null'
  return {
    list,
    id: identified.safeParse(row).data?.id ?? `unreadable_${hashOf(text)}`,
    text,
    reason: reason.replaceAll('\u0000', ''),
    createdAt: dated.safeParse(row).data?.created ?? null,
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
