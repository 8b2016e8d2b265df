import { z } from 'zod'

/**
 * The last donation of a page; the next page, newest first, holds what comes after it. Postgres counts microseconds and a
 * JavaScript date only milliseconds: rounded, a page would repeat or skip donations of the same millisecond.
 */
export type DonationCursor = { readonly succeededAtMicros: string; readonly id: string }

const cursorParts = z.tuple([z.string().regex(/^\d{1,16}$/), z.uuid()])

/** Opaque for programs. */
export function cursorText({ succeededAtMicros, id }: DonationCursor): string {
  return Buffer.from(JSON.stringify([succeededAtMicros, id])).toString('base64url')
}

/** Null for what `cursorText` did not write. */
export function parseCursor(text: string): DonationCursor | null {
  try {
    const parts = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { succeededAtMicros: parts[0], id: parts[1] }
  } catch {
    return null
  }
}
