import type { Logger } from 'pino'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { Stripe } from '../stripe/stripe-gateway.ts'
import type { Expected } from '../inbox/inbox-event.ts'

/** What commands work with. */
export type AdminDeps = {
  readonly database: Database
  readonly databaseUrl: string
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  readonly expected: Expected
  readonly log: Logger
  /** What makes receipts' addresses unguessable. */
  readonly receiptSecret: string
  /** Made when first asked for: most commands do not speak to Stripe. */
  readonly stripe: () => Promise<Stripe>
}

export type Command = {
  readonly usage: string
  readonly says: string
  /** Everything that may be given; what must be is for `run` to check. */
  readonly options: readonly string[]
  /** What is said by being there: `--offline`. */
  readonly flags?: readonly string[]
  /** @throws ZodError when an option is missing or wrong, Refusal when it cannot be done */
  run(deps: AdminDeps, given: Given): Promise<Outcome>
}
export type Given = Readonly<Record<string, unknown>>

export type Outcome = {
  /** For standard output: what a script may want to read. */
  readonly out?: string
  /** For people, on standard error. */
  readonly note: string
  /** 1: it was done, and what it found is not in order. */
  readonly code?: 1
}

export const required = (name: string) => `--${name} is needed`

/** An option that must be given and must not be blank. */
export function words(name: string) {
  return z
    .string({ error: required(name) })
    .trim()
    .min(1, required(name))
}
