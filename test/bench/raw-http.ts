import { connect, type Socket } from 'node:net'

/** What a slice of load measured; failures end it with an error. */
export type Measured = {
  readonly answered: number
  readonly elapsedMs: number
  readonly latenciesMs: readonly number[]
}

export type Line = { readonly socket: Socket; isWaiting: boolean; onAnswer: () => void }

/** Keep-alive connections without an HTTP client: on a machine that also runs the contenders, load must cost little. */
export async function openLines(port: number, count: number): Promise<Line[]> {
  return Promise.all(Array.from({ length: count }, () => openLine(port)))
}

export function closeLines(lines: readonly Line[]): void {
  for (const { socket } of lines) socket.destroy()
}

async function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.once('end', () => {
    if (!socket.destroyed && line.isWaiting)
      throw new Error('the service closed a connection instead of answering')
  })
  const line: Line = { socket, isWaiting: false, onAnswer: () => undefined }
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    if (!isWhole(received)) return
    if (!received.startsWith('HTTP/1.1 2')) throw new Error(`the service answered ${received.slice(0, 500)}`)
    received = ''
    line.isWaiting = false
    line.onAnswer()
  })
  return line
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  return answer.length >= head + 4 + Number(length ?? 0)
}

/**
 * Each line sends its next request as soon as its last one is answered, for `ms`, then the answers still under way
 * are waited for: their time counts.
 * @param next null when there is nothing left to send, which ends the slice early
 */
export function drive(lines: readonly Line[], next: () => Buffer | null, ms: number): Promise<Measured> {
  return new Promise((resolve) => {
    const latenciesMs: number[] = []
    const startedAt = performance.now()
    let busy = lines.length
    for (const line of lines) {
      let sentAt = 0
      const send = (): void => {
        const now = performance.now()
        const request = now - startedAt < ms ? next() : null
        if (request) {
          sentAt = now
          line.isWaiting = true
          line.socket.write(request)
          return
        }
        busy -= 1
        if (busy === 0) resolve({ answered: latenciesMs.length, elapsedMs: now - startedAt, latenciesMs })
      }
      line.onAnswer = () => {
        latenciesMs.push(performance.now() - sentAt)
        send()
      }
      send()
    }
  })
}
