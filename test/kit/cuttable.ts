import { connect, createServer, type Server, type Socket } from 'node:net'

/** A road to a database that can be cut and mended, or fall silent: what a restart or a lost network looks like. */
export type Cuttable = {
  readonly url: string
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>
  mend(): Promise<void>
  /** Takes connections and bytes as before and passes nothing on, not even that a side has hung up. */
  silence(): void
  /** How many deeds of either side are held back by now. */
  heldBack(): number
  /** Passes on what was held back, and then everything again. */
  speak(): void
  /** How many connections have been made since the start. */
  connections(): number
  close(): Promise<void>
}

export async function cuttable(databaseUrl: string): Promise<Cuttable> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let isSilent = false
  const held: (() => void)[] = []
  let connections = 0
  const pass = (deed: () => void): void => {
    if (isSilent) held.push(deed)
    else deed()
  }
  const accept = (inward: Socket): void => {
    connections += 1
    const outward = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(socket)
      socket.on('data', (bytes) => pass(() => void (other.destroyed || other.write(bytes))))
      socket.on('error', () => pass(() => other.destroy()))
      socket.on('close', () => {
        sockets.delete(socket)
        pass(() => other.destroy())
      })
    }
  }
  const speak = (): void => {
    isSilent = false
    for (const deed of held.splice(0)) deed()
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
      speak()
      if (!server) return resolve()
      server.close(() => resolve())
      server = null
      for (const socket of sockets) socket.destroy()
    })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    cut,
    mend: async () => void (await open(port)),
    silence: () => void (isSilent = true),
    heldBack: () => held.length,
    speak,
    connections: () => connections,
    close: cut,
  }
}
