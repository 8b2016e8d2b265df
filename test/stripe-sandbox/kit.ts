import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Stripe } from 'stripe'
import { onTestFinished } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/stripe-sandbox/sandbox.ts'
import { openSandbox, WEBHOOK_SECRET } from '../kit/sandbox.ts'

/** The offline Stripe for one test, closed with it. */
export async function sandboxForTest(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox(options)
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** The path of a journal that does not exist yet, in a folder that is removed with the test. */
export function journalPath(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-journal-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return path.join(directory, 'deeper', 'journal.jsonl')
}

/** The error that the SDK throws for a refusal. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('The call was expected to be refused.')
}

export type ReceivedWebhook = {
  readonly event: Stripe.Event
  readonly body: string
  readonly headers: Headers
}

/**
 * A webhook endpoint that verifies signatures.
 * @param statusOf the status to answer with; `count` counts the requests from 1.
 */
export async function webhookReceiver(statusOf: (count: number, event: Stripe.Event) => number = () => 200) {
  const received: ReceivedWebhook[] = []
  const whenReceived = counter()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8')
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      const signature = headers.get('stripe-signature') ?? ''
      // The tolerance is endless: the offline Stripe's clock is the test's.
      const event = Stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET, 1e12)
      received.push({ event, body, headers })
      response.statusCode = statusOf(received.length, event)
      response.end()
      whenReceived.add()
    })
  })
  const port = await listenForTest(server)
  return {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    received,
    /** Resolves when at least this many requests have arrived. */
    count: whenReceived.reached,
  }
}

/** A log for the offline Stripe, in which a test waits for lines that match. */
export function watchedLog(pattern: RegExp) {
  const whenMatched = counter()
  return {
    log(line: string) {
      if (pattern.test(line)) whenMatched.add()
    },
    /** Resolves when at least this many lines have matched. */
    count: whenMatched.reached,
  }
}

/** Listens on a free port of this machine until the test is over. Returns the port. */
export async function listenForTest(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return (server.address() as AddressInfo).port // an object for every TCP server that listens
}

/** The types of all events so far, oldest first. */
export function emittedTypes(sandbox: Sandbox): string[] {
  return sandbox.events().map((event) => event.type)
}

/** The types of the events that `act` causes, oldest first. */
export async function emittedDuring(sandbox: Sandbox, act: () => Promise<unknown>): Promise<string[]> {
  const before = sandbox.events().length
  await act()
  return emittedTypes(sandbox).slice(before)
}

/** Counts, and resolves what waits for a count. The test's own time-out is the deadline. */
function counter() {
  let count = 0
  const waiting: { readonly target: number; readonly resolve: () => void }[] = []
  return {
    add() {
      count += 1
      for (const { target, resolve } of waiting) if (count >= target) resolve()
    },
    reached: (target: number) =>
      new Promise<void>((resolve) => {
        if (count >= target) resolve()
        else waiting.push({ target, resolve })
      }),
  }
}
