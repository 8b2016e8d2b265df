import { connect } from 'node:net'
import type { Header } from '../requests/wanted-request.ts'

export type Answer = {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Buffer
  /** What came after the answer: one request has one answer. */
  readonly further: Buffer
}

const PATIENCE_MS = 15_000

/**
 * Sends bytes and reads what comes back, by a reader of its own: it must see what a forgiving client hides.
 * @param hangsUp closes its side after the bytes, as a client that left
 * @returns null when the line was closed without an answer
 */
export function exchange(port: number, bytes: Buffer, hangsUp: boolean): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    const patience = setTimeout(
      () => socket.destroy(new Error(`No answer within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    )
    const finish = () => {
      clearTimeout(patience)
      try {
        resolve(answerIn(Buffer.concat(received), true))
      } catch (error) {
        reject(error)
      }
    }
    let failure: Error | null = null
    socket.on('data', (data) => {
      received.push(data)
      const whole = Buffer.concat(received)
      // A line that stays open is closed here, once the answer is whole and nothing else came for a moment.
      if (answerIn(whole, false) !== null) setTimeout(() => socket.destroy(), 30).unref()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') failure = error
    })
    socket.on('close', () => {
      clearTimeout(patience)
      if (failure) reject(failure)
      else finish()
    })
    if (hangsUp) socket.end(bytes)
    else socket.write(bytes)
  })
}

/** @returns null when there is none, or not yet. @throws Error for what is no answer of HTTP/1.1 */
function answerIn(bytes: Buffer, isAll: boolean): Answer | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) {
    if (isAll && bytes.length > 0)
      throw new Error(`half an answer: ${JSON.stringify(bytes.toString('latin1'))}`)
    return null
  }
  const [first = '', ...fields] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${first} `)?.[1])
  if (!status) throw new Error(`no answer: ${JSON.stringify(first)}`)
  if (status < 200) return answerIn(bytes.subarray(headEnd + 4), isAll)
  const headers = fields.map((field): Header => {
    const at = field.indexOf(':')
    if (at < 1) throw new Error(`no header: ${JSON.stringify(field)}`)
    return [field.slice(0, at), field.slice(at + 1).trim()]
  })
  const rest = bytes.subarray(headEnd + 4)
  const read = bodyIn(rest, status, headers, isAll)
  return read && { status, headers, ...read }
}

function bodyIn(rest: Buffer, status: number, headers: readonly Header[], isAll: boolean) {
  const value = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1]
  if (status === 204 || status === 304) return { body: Buffer.alloc(0), further: rest }
  const length = value('content-length')
  if (length !== undefined) {
    if (rest.length < Number(length)) return isAll ? { body: rest, further: Buffer.alloc(0) } : null
    return { body: rest.subarray(0, Number(length)), further: rest.subarray(Number(length)) }
  }
  if (value('transfer-encoding') !== 'chunked') return isAll ? { body: rest, further: Buffer.alloc(0) } : null
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at)
    const size = lineEnd < 0 ? NaN : Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16)
    if (Number.isNaN(size) || lineEnd + 2 + size + 2 > rest.length)
      return isAll ? { body: Buffer.concat(pieces), further: Buffer.alloc(0) } : null
    if (size === 0) return { body: Buffer.concat(pieces), further: rest.subarray(lineEnd + 4) }
    pieces.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
