import { createHash } from 'node:crypto'
import { cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

export type ServerUser = { readonly uid: number; readonly gid: number }

/** Postgres refuses to run as root: then it runs as `postgres` if the machine knows that user, else as `nobody`. */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  if (!account)
    throw new Error(
      'Postgres does not run as root, and there is no user postgres or nobody: set DATABASE_URL',
    )
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

type Place = { readonly dataDir: string; readonly native: string }

/**
 * Where the server's data and programs are. A folder below a closed home (/root is 0700) cannot be entered by the user
 * that runs Postgres: it is replaced by one under /var/tmp that is named for it, the programs by a copy.
 */
export async function placeFor({
  dataDir,
  native,
  user,
}: Place & { user: ServerUser | null }): Promise<Place> {
  if (!user) return { dataDir, native }
  return {
    dataDir: (await anyoneMayEnter(dataDir)) ? dataDir : await openFolderFor(dataDir),
    native: (await anyoneMayEnter(native)) ? native : await openCopyOf(native),
  }
}

async function openFolderFor(closed: string): Promise<string> {
  const name = createHash('sha256').update(closed).digest('hex').slice(0, 12)
  const place = `/var/tmp/reader-donations-${name}`
  await mkdir(place, { recursive: true, mode: 0o755 })
  const found = await lstat(place)
  // The folder's name can be guessed: one that somebody else put there is not ours to trust.
  if (!found.isDirectory() || found.uid !== 0)
    throw new Error(`${place} belongs to somebody else: set DATA_DIR or DATABASE_URL`)
  return place
}

async function openCopyOf(native: string): Promise<string> {
  const copy = path.join(await openFolderFor(native), 'native')
  if (!(await isFolder(copy))) {
    await rm(`${copy}.draft`, { recursive: true, force: true })
    await cp(native, `${copy}.draft`, { recursive: true, verbatimSymlinks: true })
    await rename(`${copy}.draft`, copy)
  }
  return copy
}

async function anyoneMayEnter(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = await stat(at).catch(() => null)
    if (found && (found.mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
