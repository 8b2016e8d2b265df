import { openTestServer, query, withDatabase } from '../kit/test-server.ts'
import { hostile, MOST_GROWTH_BYTES, type Tried } from './hostile.ts'
import { hostileOptions, USAGE, type Options } from './options.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const MIB = 1024 * 1024

/** @returns whether nothing was found */
async function main(options: Options): Promise<boolean> {
  const startedAt = performance.now()
  const server = await openTestServer()
  try {
    await query(server.url, 'create database hostile')
    say(`Hostile input with seed ${options.seed}`)
    const tried = await hostile(options, withDatabase(server.url, 'hostile'), say)
    say(reportOf(tried))
    say(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
    const [first = 0, second = Infinity] = tried.heapBytes
    return tried.findings.length === 0 && second - first < MOST_GROWTH_BYTES
  } finally {
    await server.stop()
  }
}

function reportOf({ requests, targets, showing, statuses, heapBytes, findings, onlyRefused }: Tried): string {
  const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
  return [
    `  ${requests} requests to ${targets} targets: ${counts.join(', ')}`,
    `  ${showing} pages show what was planted`,
    `  held after each round: ${heapBytes.map((bytes) => `${(bytes / MIB).toFixed(1)} MiB`).join(', ')}`,
    ...(onlyRefused.length > 0 ? [`  always refused: ${onlyRefused.join('; ')}`] : []),
    `  found: ${findings.length}`,
  ].join('\n')
}

try {
  if (!(await main(hostileOptions(process.argv.slice(2))))) process.exitCode = 1
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    error instanceof TypeError && stack.includes('hostileOptions')
      ? `${error.message}\n${USAGE}`
      : `${stack}\n`,
  )
  process.exitCode = 1
}
