import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * A secret made up once and kept under the data directory, so that a second start finds its sessions and webhooks
 * valid. For development: in production every secret is configured.
 */
export async function localSecret(dataDir: string, name: string, prefix = ''): Promise<string> {
  const file = path.join(dataDir, name)
  await mkdir(dataDir, { recursive: true })
  const secret = `${prefix}${randomBytes(32).toString('base64url')}`
  try {
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFile(file, 'utf8')
    throw error
  }
}
