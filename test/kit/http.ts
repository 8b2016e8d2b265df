import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

export type TestServer = { readonly url: string; close(): Promise<void> }

/** A real server on a free port of this machine; `close` ends its connections too. */
export async function listen(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP, so neither a pipe's name nor null
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A request as far as its address goes. */
export function requestFrom(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage // nothing else of it is read
}

/** Sends bytes, and then a drop again and again. @returns what the server answered once it has closed the connection */
export function dripped(url: string, bytes: string, drop = ' '): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    let drip: NodeJS.Timeout | undefined
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes)
      drip = setInterval(() => socket.write(drop), 10)
    })
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('error', () => undefined) // the server may close while a byte is on its way
    socket.on('close', () => {
      clearInterval(drip)
      resolve(answer)
    })
  })
}
