import { connect, createServer, type Server, type Socket } from 'node:net'

/** A road to a database that can be cut and mended: what a restart or a lost network looks like. */
export type Cuttable = {
  readonly url: string
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

export async function cuttable(databaseUrl: string): Promise<Cuttable> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const accept = (inward: Socket): void => {
    const outward = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }
  let server: Server | null = null
  const open = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server = createServer(accept).once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        const address = server?.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  const port = await open(0)
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server) return resolve()
      server.close(() => resolve())
      server = null
      for (const socket of sockets) socket.destroy()
    })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return { url: url.href, cut, mend: async () => void (await open(port)), close: cut }
}
