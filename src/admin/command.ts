import type { Logger } from 'pino'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Keyring } from '../config/keyring.ts'
import type { Database } from '../db/database.ts'
import type { CapturedMails } from '../mail/captured-mail.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { Ownership } from '../stripe/events/ownership.ts'
import type { Stripe } from '../stripe/stripe-gateway.ts'
import type { ExpectedEvents } from '../inbox/inbox-event.ts'

/** What commands need from outside. */
export type AdminDeps = {
  readonly database: Database
  readonly databaseUrl: string
  readonly clock: () => Date
  /** The user of the operating system who runs the command. */
  readonly operator: string
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  /** The setting WRITE_OFF_APPROVAL. */
  readonly writeOffApproval: Config['writeOffApproval']
  readonly expected: ExpectedEvents
  readonly ownership: Ownership
  readonly log: Logger
  readonly keys: Keyring
  /** Mail that is captured instead of sent; null when it is sent. */
  readonly capturedMails: CapturedMails | null
  /** Connects at the first call: most commands do not need Stripe. */
  readonly stripe: () => Promise<Stripe>
}

export type Command = {
  readonly usage: string
  readonly summary: string
  /** The options that the command takes; `run` checks which of them are required. */
  readonly options: readonly string[]
  /** Options without a value, such as `--offline`. */
  readonly flags?: readonly string[]
  /** Whether it takes one word besides its options, as `giving off` does. It is given as `argument`. */
  readonly takesArgument?: boolean
  /** @throws ZodError when an option is missing or wrong, Refusal when the command cannot be carried out */
  run(deps: AdminDeps, given: Given): Promise<Outcome>
}
export type Given = Readonly<Record<string, unknown>>

export type Outcome = {
  /** The result, for standard output. */
  readonly out?: string
  /** A sentence for people, on standard error. */
  readonly note: string
  /** 1: the command was carried out and found something that is not in order. */
  readonly code?: 1
}

export const required = (name: string) => `--${name} is needed`

/** A required option that is not blank. */
export function words(name: string) {
  return z
    .string({ error: required(name) })
    .trim()
    .min(1, required(name))
}

/** The day in UTC, `2026-01-31`. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** Lines with aligned columns, the headings first. */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(printable))
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A name that somebody chose must not steer the terminal. */
export function printable(cell: string): string {
  return cell.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}
