import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Dice } from '../../rehearsal/script/dice.ts'

/** How a call goes: as usual, refused, never answered, or carried out without an answer. */
type Outcome = 'usual' | '429' | '500' | 'silent' | 'unanswered'

/** A process's own way to Stripe, on which calls fail. */
export type FaultyStripe = {
  readonly url: string
  /** Called when a call that writes was carried out, which is then never answered. */
  onWritten: (() => void) | null
  readonly failed: () => number
  /** From now on every call goes as usual. */
  behave(): void
  close(): Promise<void>
}

export async function faultyStripe(sandboxUrl: string, dice: Dice): Promise<FaultyStripe> {
  const { port: sandboxPort } = new URL(sandboxUrl)
  let isFaulty = true
  let failed = 0
  const outcome = (): Outcome => {
    if (!isFaulty) return 'usual'
    const throwOf = dice.int(0, 99)
    if (throwOf < 3) return '429'
    if (throwOf < 6) return '500'
    if (throwOf < 7) return 'silent'
    return throwOf < 9 ? 'unanswered' : 'usual'
  }
  const answerTo = (request: IncomingMessage, response: ServerResponse): void => {
    const how = outcome()
    if (how !== 'usual') failed += 1
    if (how === 'silent') return
    if (how === '429' || how === '500') {
      request.resume()
      const body = {
        error: { type: how === '429' ? 'invalid_request_error' : 'api_error', message: 'Not now.' },
      }
      response.writeHead(Number(how), { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      return
    }
    const { method, url, headers } = request
    const inner = send({ host: '127.0.0.1', port: sandboxPort, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const isWaitedFor = method === 'POST' && stripe.onWritten !== null
        if (isWaitedFor) stripe.onWritten?.() // the process is killed and gets no answer
        else if (how === 'unanswered') request.socket.destroy()
        else response.writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(chunks))
      })
    })
    inner.on('error', () => response.destroy())
    request.pipe(inner)
  }
  const server = createServer(answerTo)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  const stripe: FaultyStripe = {
    url: `http://127.0.0.1:${port}`,
    onWritten: null,
    failed: () => failed,
    behave: () => void (isFaulty = false),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return stripe
}
