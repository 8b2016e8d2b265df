import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A process's own road to the database. It can fall silent, and it knows which of the server's clients came by it. */
export type Road = {
  readonly port: number
  /** Passes nothing on for some time, and not even that a side has hung up: what half-open connections are. */
  silenceFor(ms: number): void
  /** Called when the process sends this statement by its name; the bytes go no further, and the process is to be killed. */
  onStatement: { readonly name: string; readonly reached: () => void } | null
  /** The ports by which PostgreSQL knows the connections. */
  clientPorts(): readonly number[]
  close(): Promise<void>
}

/** @param target the server's port at this moment; it may be another one after a restart */
export async function openRoad(target: () => number): Promise<Road> {
  const sockets = new Set<Socket>()
  const ports = new Set<number>()
  let isSilent = false
  const held: (() => void)[] = []
  const pass = (deed: () => void): void => {
    if (isSilent) held.push(deed)
    else deed()
  }
  const isAwaited = (bytes: Buffer): boolean => {
    const awaited = road.onStatement
    if (!awaited || !bytes.includes(awaited.name)) return false
    road.onStatement = null
    awaited.reached()
    return true
  }
  const server = createServer((inward) => {
    const outward = connect(target(), '127.0.0.1')
    let port: number | undefined
    outward.on('connect', () => {
      port = outward.localPort
      if (port !== undefined) ports.add(port)
    })
    outward.on('close', () => void (port !== undefined && ports.delete(port)))
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(socket)
      socket.on('data', (bytes) => {
        if (socket === inward && isAwaited(bytes)) return
        pass(() => void (other.destroyed || other.write(bytes)))
      })
      socket.on('error', () => pass(() => other.destroy()))
      socket.on('close', () => {
        sockets.delete(socket)
        pass(() => other.destroy())
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  const speak = (): void => {
    isSilent = false
    for (const deed of held.splice(0)) deed()
  }
  const road: Road = {
    port,
    onStatement: null,
    silenceFor(ms) {
      isSilent = true
      setTimeout(speak, ms)
    },
    clientPorts: () => [...ports],
    async close() {
      speak()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return road
}
