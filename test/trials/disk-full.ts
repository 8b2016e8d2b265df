import { execFile } from 'node:child_process'
import { chmod, mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startProblem } from '../../src/start-problems.ts'
import { takeDataFolder } from '../../src/data-folder.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { until } from '../kit/until.ts'
import { count, openStage, post, type Webhook } from './stage.ts'
import { problemsOf, type Trial } from './trial.ts'

const run = promisify(execFile)
const DISK_MB = 260
const GIFTS = 1_500
const AT_ONCE = 20

export const diskFull: Trial = {
  tries: 'the disk of the database fills up and gets room again (needs root, to mount a small disk)',
  async run(say) {
    if (process.getuid?.() !== 0) return { rows: [['not tried', 'mounting a disk needs root']], problems: [] }
    const disk = await mkdtemp(path.join(tmpdir(), 'reader-donations-disk-'))
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk])
    await chmod(disk, 0o755)
    try {
      return await onDisk(disk, say)
    } finally {
      await run('umount', ['-l', disk])
      await rm(disk, { recursive: true, force: true })
    }
  },
}

async function onDisk(disk: string, say: (text: string) => void) {
  const stage = await openStage(disk)
  try {
    const [web] = [await stage.start('web'), await stage.start('worker')]
    const gifts: Webhook[] = []
    for (let n = 0; n < GIFTS; n += 1) gifts.push(await stage.paidGift())
    const acknowledged = new Set<Webhook>()
    const statuses = new Map<number, number>()
    const sendAll = async (waiting: Webhook[]): Promise<void> => {
      const send = async (): Promise<void> => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const status = await post(web.url, next)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          if (status === 200) acknowledged.add(next)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, send))
    }
    const filler = path.join(disk, 'filler')
    await fill(filler, disk)
    say(`${await freeMb(disk)} MB are free, ${GIFTS} gifts come`)
    await sendAll([...gifts])
    const whileFull = acknowledged.size
    const refused = [...statuses].map(([status, times]) => `${times} × ${status}`).join(', ')
    say(`while it was full: ${refused}; ${await freeMb(disk)} MB are free`)
    const health = (await fetch(`${web.url}/healthz`)).status

    await rm(filler)
    const roomAt = performance.now()
    await until('readiness', async () => (await fetch(`${web.url}/readyz`)).status === 200, 60_000)
    const readyMs = performance.now() - roomAt
    for (let tries = 0; acknowledged.size < GIFTS && tries < 20; tries += 1) {
      await sendAll(gifts.filter((gift) => !acknowledged.has(gift)))
      await pause(500)
    }
    await until('all booked', async () => (await count(stage.pool, 'donations')) >= GIFTS, 60_000)
    const bookedMs = performance.now() - roomAt
    const events = await count(stage.pool, 'inbox_events')
    const donations = await count(stage.pool, 'donations')
    const holes = await count(
      stage.pool,
      '(select 1 from receipts group by year having max(number) <> count(*)) as holes',
    )
    const verify = await stage.admin('verify')
    const readOnly = await readOnlySentence(disk)
    return {
      rows: [
        ['answers to webhooks on the full disk', refused],
        ['acknowledged before room was made, and not sent again', String(whileFull)],
        ['/readyz is 200 after room was made', `${(readyMs / 1000).toFixed(1)} s`],
        ['every gift booked after', `${(bookedMs / 1000).toFixed(1)} s`],
        ['gifts, events, donations', `${GIFTS}, ${events}, ${donations}`],
        ['verify', verify.code === 0 ? 'finds nothing' : verify.printed.slice(-400)],
        ['a start with its data folder on a disk that is only read', readOnly],
      ] as const,
      problems: problemsOf(
        [
          [...statuses.keys()].every((status) => status === 200 || status === 503),
          `the answers were ${refused}`,
        ],
        [(statuses.get(503) ?? 0) > 0, 'the disk never was full: nothing was refused'],
        [health === 200, '/healthz did not answer'],
        [acknowledged.size === GIFTS, `${GIFTS - acknowledged.size} gifts were never acknowledged`],
        [events === GIFTS && donations === GIFTS, `${events} events and ${donations} donations of ${GIFTS}`],
        [holes === 0, 'the receipts have a hole'],
        [verify.code === 0, 'verify found something'],
        [/cannot be written \(EROFS\)/.test(readOnly), 'the start on a read-only disk says something else'],
      ),
    }
  } finally {
    await stage.close()
  }
}

async function freeMb(disk: string): Promise<number> {
  const { bavail, bsize } = await statfs(disk)
  return Math.round((bavail * bsize) / 1024 / 1024)
}

/** Leaves less than a megabyte. */
async function fill(file: string, disk: string): Promise<void> {
  const handle = await open(file, 'w')
  try {
    const block = Buffer.alloc(256 * 1024)
    for (;;) {
      const { bavail, bsize } = await statfs(disk)
      if (bavail * bsize < 3 * block.length) return
      await handle.write(block)
    }
  } finally {
    await handle.close()
  }
}

async function readOnlySentence(disk: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-read-only-'))
  await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', folder])
  try {
    const release = await takeDataFolder(readConfig({ DATA_DIR: folder }), 'both')
    await release()
    return `it started, beside ${disk}`
  } catch (error) {
    return startProblem(error, null)?.replace(folder, '…') ?? String(error)
  } finally {
    await run('umount', [folder])
    await rm(folder, { recursive: true, force: true })
  }
}
