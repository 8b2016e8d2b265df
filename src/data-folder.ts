import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import path from 'node:path'
import type { Config } from './config/config.ts'
import type { Half } from './connections.ts'
import { StartRefused } from './start-refused.ts'

// The data folder holds what production is given by its variables: the embedded database, the offline Stripe's journal,
// captured mails and secrets.

type Needs = Pick<Config, 'dataDir' | 'databaseUrl' | 'stripe' | 'smtpUrl' | 'secrets'>

const SOCKET = 'running.sock'
/** The longest path that a Unix socket may have on every system. */
const LONGEST_PATH_BYTES = 103

/**
 * Makes sure that the data folder can be written and that no other instance writes it, where it is used at all. A worker
 * beside a web process and the operator's commands share it with them.
 * @returns gives the folder free
 * @throws StartRefused
 */
export async function takeDataFolder(config: Needs, half: Half): Promise<() => Promise<void>> {
  const { dataDir, databaseUrl, stripe, smtpUrl, secrets } = config
  const isOffline = databaseUrl === null || stripe.secretKey === null
  if (!isOffline && smtpUrl !== null && secrets.common !== null) return async () => undefined
  await refuseUnwritable(dataDir)
  return isOffline && half !== 'worker' ? holdAlone(dataDir) : async () => undefined
}

async function refuseUnwritable(folder: string): Promise<void> {
  const probe = path.join(folder, `.written-by-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(probe, '')
    await rm(probe, { force: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    const todo =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'Its disk is full: make room, or set DATA_DIR to a folder on another one.'
        : 'Let the user of this service write there, or set DATA_DIR to a folder where it may.'
    throw new StartRefused(`The data folder ${path.resolve(folder)} cannot be written (${code}). ${todo}`)
  }
}

/**
 * Whoever listens on the folder's socket holds the folder. A process that was killed leaves the socket's file and no
 * listener, and so no process of another one's number is taken for it.
 */
async function holdAlone(folder: string): Promise<() => Promise<void>> {
  const socket = shortest(path.resolve(folder, SOCKET))
  // Too long for a socket, and then the ports alone keep two instances apart.
  if (Buffer.byteLength(socket) > LONGEST_PATH_BYTES) return async () => undefined
  const held = await listenAt(socket).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    if (await answers(socket)) throw inUse(folder)
    await rm(socket, { force: true })
    return listenAt(socket).catch((again: unknown) => {
      throw codeOf(again) === 'EADDRINUSE' ? inUse(folder) : again
    })
  })
  return () => new Promise((resolve) => held.close(() => resolve()))
}

function inUse(folder: string): StartRefused {
  return new StartRefused(
    `Another instance of this service runs on the data folder ${path.resolve(folder)}. ` +
      'Stop it, or set DATA_DIR to another folder.',
  )
}

function shortest(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative.length < file.length ? relative : file
}

function listenAt(socket: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((client) => client.destroy())
    server
      .once('error', reject)
      .listen(socket, () => resolve(server))
      .unref()
  })
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket)
    client.once('connect', () => {
      client.destroy()
      resolve(true)
    })
    client.once('error', () => resolve(false))
  })
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
